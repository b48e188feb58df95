import type { Plugin } from 'esbuild';

export type BootstrapName = 'latchkey:worker-bootstrap' | 'latchkey:frame-bootstrap' | 'latchkey:context-bootstrap';
export function bootstrapText(name: BootstrapName): Promise<string>;
export function frameScriptSource(): Promise<string>;
export const extensionHostTexts: Plugin;
export function buildChild(outfile: string): Promise<void>;
