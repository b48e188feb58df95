import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Language } from '#core/base/l10n/localizer.ts';
import { parseCommandLine } from './command-options.ts';
import { endpointTexts } from './commands/endpoint-io.ts';
import { runEndpointCli } from './endpoint-cli.ts';

describe('The endpoint’s command line', () => {
  const problem = (language: Language, ...argv: string[]): string => {
    try {
      parseCommandLine(argv, endpointTexts(language));
    } catch (error) {
      return String((error as { args: { problem: string } }).args.problem);
    }
    return '';
  };

  it('says what is wrong with an option, in the reader’s language', () => {
    assert.equal(problem('en', 'join', '--hob', 'x'), 'There is no option “--hob”.');
    assert.equal(problem('de', '-x'), 'Die Option „-x“ gibt es nicht.');
    assert.match(problem('fr', 'join', '--hub'), /^L’option «\u00a0--hub\u00a0» a besoin d’une valeur\./);
    assert.match(problem('de', 'join', '--hub', '--json'), /^Die Option „--hub“ braucht einen Wert\./);
    assert.equal(problem('fr', 'status', '--json=yes'), 'L’option «\u00a0--json\u00a0» n’accepte pas de valeur.');
    assert.equal(problem('en', '--no-data'), 'There is no option “--no-data”.');
    assert.equal(problem('en', '--toString'), 'There is no option “--toString”.');
  });

  it('never repeats a value, which may be a token', () => {
    for (const argv of [['--token', '-secret'], ['--tokn=secret'], ['--json=secret']]) {
      assert.doesNotMatch(problem('en', 'join', ...argv), /secret/);
    }
  });

  it('takes what is right', () => {
    const { values, positionals } = parseCommandLine(
      ['join', '--hub', 'https://hub.example', '--token=-t', '--json', '-h'],
      endpointTexts('en'),
    );
    assert.deepEqual(positionals, ['join']);
    assert.deepEqual(
      [values.hub, values.token, values.json, values.help, values.version],
      ['https://hub.example', '-t', true, true, false],
    );
  });

  it('ends with 2, on one line for a person and as JSON for a program', async () => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runEndpointCli(['status', '--dat', '/x', '--json'], {
      env: { LANG: 'de_DE.UTF-8' },
      signal: new AbortController().signal,
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
    });
    assert.equal(code, 2);
    assert.match(err.join('\n'), /^latchkey-endpoint: Die Option „--dat“ gibt es nicht\./);
    assert.deepEqual(JSON.parse(out.join('')).error.code, 'cli.usage');
  });
});
