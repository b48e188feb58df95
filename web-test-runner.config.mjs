// Runs `*.browser.ts` in a real Chromium. The tests are bundled first, because parts of what they load are CommonJS.
import { chromeLauncher } from '@web/test-runner-chrome';
import { findBrowser } from './core/testing/browser.mjs';

export default {
  rootDir: '.',
  files: 'dist/browser-tests/**/*.browser.js',
  nodeResolve: false,
  // One page at a time: a page behind another is given no frames to draw.
  concurrency: 1,
  testsFinishTimeout: 240_000,
  testFramework: { config: { ui: 'bdd', timeout: 20_000 } },
  browsers: [
    chromeLauncher({
      launchOptions: findBrowser(),
      concurrency: 1,
    }),
  ],
  middleware: [
    // The service worker of msw has to be served from the top of the page's origin.
    (context, next) => {
      if (context.url === '/mockServiceWorker.js') context.url = '/node_modules/msw/lib/mockServiceWorker.js';
      return next();
    },
  ],
};
