import manifest from '../../package.json' with { type: 'json' };

/** The version of this build: hub, endpoint, workbench and command line are released together. */
export const version: string = manifest.version;
