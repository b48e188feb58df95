import boundaries from 'eslint-plugin-boundaries';
import { configs as lit } from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

/** The rooms, the innermost path first: which folder is which. */
const rooms = [
  { type: 'protocol-api', pattern: 'protocol/api/**', partialMatch: false },
  { type: 'protocol', pattern: 'protocol/**', partialMatch: false },
  { type: 'base', pattern: 'core/base/**', partialMatch: false },
  { type: 'workbench', pattern: 'core/workbench/**', partialMatch: false },
  { type: 'extension-host', pattern: 'core/extension-host/**', partialMatch: false },
  { type: 'hub', pattern: 'core/hub/**', partialMatch: false },
  { type: 'endpoint', pattern: 'core/endpoint/**', partialMatch: false },
  { type: 'cli', pattern: 'core/cli/**', partialMatch: false },
  { type: 'testing', pattern: 'core/testing/**', partialMatch: false },
  { type: 'bench', pattern: 'core/bench/**', partialMatch: false },
  { type: 'webview', pattern: 'webview/**', partialMatch: false },
  { type: 'extension', pattern: 'extensions/*/**', partialMatch: false, capture: ['name'] },
];

/** Who may import whom, beside themselves. */
const doors = {
  'protocol-api': ['protocol'],
  protocol: ['protocol-api'],
  base: ['protocol'],
  workbench: ['base', 'protocol'],
  'extension-host': ['workbench', 'base', 'protocol', 'protocol-api'],
  hub: ['base', 'protocol'],
  endpoint: ['base', 'protocol'],
  cli: ['workbench', 'extension-host', 'hub', 'endpoint', 'base', 'protocol'],
  webview: ['workbench', 'extension-host', 'base', 'protocol'],
};
const element = (type) => ({ element: { type } });

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportNamedDeclaration > VariableDeclaration[kind!="const"]',
          message: 'The pages read what a module exports once, when it has run: export a function, or an object.',
        },
      ],
    },
  },
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': rooms,
      'import/resolver': { typescript: { project: import.meta.dirname } },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          message:
            '{{from.element.type}} may not import {{to.element.type}}: who may import whom stands under Rooms in ARCHITECTURE.md',
          policies: [
            ...Object.entries(doors).map(([from, to]) => ({
              from: element(from),
              allow: [from, ...to].map((type) => ({ to: element(type) })),
            })),
            {
              from: element('extension'),
              allow: [
                { to: element('protocol-api') },
                { to: { element: { type: 'extension', captured: { name: '{{from.element.captured.name}}' } } } },
              ],
            },
            ...['testing', 'bench'].map((from) => ({
              from: element(from),
              allow: rooms.map(({ type }) => ({ to: element(type) })),
            })),
          ],
        },
      ],
      // A file outside every room is outside the rules too.
      'boundaries/no-unknown-dependencies': 'error',
      'boundaries/no-unknown-files': 'error',
    },
  },
  {
    // Tests may cross walls: they put rooms together.
    files: [
      '**/*.spec.ts',
      '**/*.browser.ts',
      '**/*.e2e.ts',
      '**/*.postgres.ts',
      'core/testing/**/*.ts',
      'core/bench/**/*.ts',
    ],
    rules: {
      'boundaries/dependencies': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['it', 'describe', 'test', 'suite'], package: 'node:test' },
          ],
        },
      ],
      'no-console': 'off',
    },
  },
  {
    // What stands beside the rooms: the scripts that build and test all of it, and the product's version in package.json.
    files: ['*.mjs', 'core/base/version.ts'],
    rules: {
      'boundaries/no-unknown-files': 'off',
      'boundaries/no-unknown-dependencies': 'off',
      'boundaries/dependencies': 'off',
    },
  },
  { files: ['webview/**/*.ts'], ...lit['flat/recommended'] },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
