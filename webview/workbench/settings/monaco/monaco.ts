/**
 * Monaco with what JSON needs. An entry point of its own: loaded only when the first editor opens, because it weighs more
 * than the rest of the workbench together. The build puts `monaco.css` and the two workers beside it.
 */
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import { jsonDefaults } from 'monaco-editor/languages/features/json/register';
import { registerTheme } from './monaco-theme.ts';

export { monaco };

/** The style sheet that each shadow root with an editor has to link. */
export const styleSheet = new URL('./monaco.css', import.meta.url).href;

const workers: Readonly<Record<string, URL>> = {
  json: new URL('./json.worker.js', import.meta.url),
  editorWorkerService: new URL('./editor.worker.js', import.meta.url),
};

globalThis.MonacoEnvironment = {
  getWorker: (_module: string, label: string) =>
    new Worker(workers[label] ?? workers['editorWorkerService']!, { type: 'module', name: `monaco-${label}` }),
};

/** A JSON Schema for the documents whose URI matches one of `fileMatch`. */
export interface DocumentSchema {
  readonly uri: string;
  readonly fileMatch: readonly string[];
  readonly schema: object;
}

const schemas = new Map<string, DocumentSchema>();

/** Sets or replaces a schema. Comments and trailing commas are allowed, as the files are read with both. */
export function setSchema(schema: DocumentSchema): void {
  schemas.set(schema.uri, schema);
  jsonDefaults.setDiagnosticsOptions({
    validate: true,
    allowComments: true,
    comments: 'ignore',
    trailingCommas: 'ignore',
    enableSchemaRequest: false,
    schemaValidation: 'warning',
    schemas: [...schemas.values()].map((each) => ({ ...each, fileMatch: [...each.fileMatch] })),
  });
}

registerTheme(monaco);
