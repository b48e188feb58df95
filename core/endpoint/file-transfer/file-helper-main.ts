import { runFileHelper } from './file-helper.ts';

void runFileHelper(process.argv.slice(2));
