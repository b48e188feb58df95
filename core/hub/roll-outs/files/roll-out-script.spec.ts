import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { Language, Parser, type Node } from 'web-tree-sitter';

// There is no PowerShell on the machines that this is built on: the script is read by PowerShell's grammar instead.
const source = readFileSync(new URL('./roll-out.ps1', import.meta.url), 'utf8').replaceAll(/@@\w+@@/g, '');

/** Changes something outside of the script, as PowerShell names its verbs. */
const changing = /^(Add|Clear|Copy|Grant|Import|Invoke|Move|New|Remove|Rename|Revoke|Set|Start|Stop|Unblock)-/;
const harmless = new Set(['New-Object', 'Set-StrictMode', 'Import-Module']);

/** What takes things back. */
const undoing = ['Undo-RollOut', 'Remove-LocalFolders'];

interface Change {
  readonly what: string;
  /** The conditions that have to hold for it, the nearest first. */
  readonly conditions: readonly string[];
  readonly within: string | undefined;
}

describe('The PowerShell script of a roll-out', () => {
  let parser: Parser;
  before(async () => {
    await Parser.init();
    const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
    parser = new Parser();
    parser.setLanguage(await Language.load(grammar));
  });

  const all = (node: Node, type: string): Node[] => node.descendantsOfType(type).filter((each) => each !== null);
  const conditionOf = (node: Node): string => node.childForFieldName('condition')?.text.replaceAll(/\s+/g, ' ') ?? '';

  /** What holds wherever this node is reached: the `if`s around it, and those before it that leave. */
  function conditionsOf(node: Node): string[] {
    const conditions: string[] = [];
    for (let at: Node = node; at.parent; at = at.parent) {
      const { parent } = at;
      if (parent.type === 'script_block') return conditions;
      if ((parent.type === 'if_statement' || parent.type === 'elseif_clause') && at.type === 'statement_block')
        conditions.push(conditionOf(parent));
      if (parent.type !== 'statement_list') continue;
      for (const sibling of parent.children) {
        if (!sibling || sibling.startIndex >= at.startIndex) break;
        const leaves = sibling.type === 'if_statement' && /\{\s*(return|continue)\s*\}$/.test(sibling.text);
        if (leaves) conditions.push(`not: ${conditionOf(sibling)}`);
      }
    }
    return conditions;
  }
  function functionOf(node: Node): string | undefined {
    for (let at: Node | null = node; at; at = at.parent) {
      if (at.type === 'function_statement') return all(at, 'function_name')[0]?.text;
    }
    return undefined;
  }

  function changesOf(text: string): Change[] {
    const root = parser.parse(text)!.rootNode;
    assert.equal(root.hasError, false);
    const own = new Set(all(root, 'function_name').map((name) => name.text));
    const commands = all(root, 'command_name').filter(
      ({ text: name }) => changing.test(name) && !harmless.has(name) && !own.has(name),
    );
    const calls = all(root, 'invokation_expression').filter(({ text: call }) =>
      /^\[System\.IO\.File\]::Write/.test(call),
    );
    const settings = all(root, 'left_assignment_expression').filter(({ text: left }) => left === '$policy.GpoStatus');
    return [...commands, ...calls, ...settings].map((node) => {
      // What is sent to another computer is one thing with what sends it.
      let sent = node;
      for (let at: Node | null = node; at; at = at.parent) {
        if (at.type === 'command' && at.text.startsWith('Invoke-Command')) sent = at;
      }
      const what = node.text.split('(')[0]!;
      return { what, conditions: conditionsOf(sent), within: functionOf(node) };
    });
  }
  const unguarded = (text: string): string[] =>
    changesOf(text)
      .filter(({ conditions }) =>
        conditions.every(
          (condition) =>
            !/^not: -not \$PSCmdlet\.ShouldProcess/.test(condition) &&
            !/^(?!not:)(?!.*-not \$PSCmdlet).*\$PSCmdlet\.ShouldProcess/.test(condition) &&
            !/^(?!not:).*-not \$WhatIfPreference/.test(condition),
        ),
      )
      .map(({ what }) => what);

  it('D9: with -WhatIf changes nothing: whatever changes something asks first', () => {
    const changes = changesOf(source);
    for (const expected of ['New-GPO', 'New-GPLink', 'New-ADGroup', 'New-SmbShare', 'Copy-Item', '$policy.GpoStatus'])
      assert.ok(
        changes.some(({ what }) => what === expected),
        expected,
      );
    assert.deepEqual(unguarded(source), []);
    assert.match(source, /SupportsShouldProcess = \$true/);
  });

  it('the test of that sees a change that does not ask', () => {
    const without = (question: string): string[] => {
      assert.ok(source.includes(question), question);
      return unguarded(source.replace(question, ''));
    };
    assert.deepEqual(without(' -and $PSCmdlet.ShouldProcess($linkTarget, $Text.CreateLink)'), ['New-GPLink']);
    assert.deepEqual(without('if (-not $PSCmdlet.ShouldProcess($RollOut.Name, $Text.CreatePolicy)) { return }'), [
      'New-GPO',
    ]);
  });

  it('D9: run twice, makes nothing a second time', () => {
    const needed: Record<string, RegExp> = {
      'New-GPO': /^-not \$policy$/,
      'New-GPLink': /^-not \(Get-Link \$policy\)/,
      'New-ADGroup': /^-not \$group$/,
      'New-SmbShare': /^-not \(Test-Path -LiteralPath \$shareRoot\)$/,
      'Grant-SmbShareAccess': /^\$enough\.Count -eq 0/,
      '$policy.GpoStatus': /-ne \$wanted/,
      '[System.IO.File]::WriteAllText': /^not: \$same$/,
    };
    const changes = changesOf(source);
    for (const [what, only] of Object.entries(needed)) {
      const found = changes.filter((each) => each.what === what);
      assert.ok(found.length > 0, what);
      for (const { conditions } of found)
        assert.ok(
          conditions.some((condition) => only.test(condition)),
          `${what}: ${conditions.join(' | ')}`,
        );
    }
    const copies = changes.filter(({ what }) => what === 'Copy-Item');
    assert.ok(
      copies.every(({ conditions }) =>
        conditions.some((each) => /^not: (\$same|\$there -and \(Get-FileHash)/.test(each)),
      ),
    );
  });

  it('D9: -Undo has the opposite of all that is made, the link first, and nothing that is not its own', () => {
    const undone = changesOf(source).filter(({ within }) => undoing.includes(within ?? ''));
    const opposites = [
      'Remove-GPLink',
      'Remove-GPO',
      'Remove-ADGroup',
      'Remove-Item',
      'Revoke-SmbShareAccess',
      'Set-Acl',
      'Remove-SmbShare',
      // On the disk of the server, behind the share.
      'Invoke-Command',
    ];
    assert.deepEqual([...new Set(undone.map(({ what }) => what))], opposites);
    const ofState = undone.filter(({ what }) => /Share|Acl/.test(what));
    assert.ok(ofState.every(({ conditions }) => conditions.some((condition) => condition.includes('$state.'))));
    // A policy or a group of this name that is somebody else's has no mark of ours.
    assert.match(source, /Description\)"\.Contains\(\$mark\)\) \{ return \$policy \}/);
    const [group] = undone.filter(({ what }) => what === 'Remove-ADGroup');
    assert.ok(group?.conditions.some((condition) => condition.includes('.Contains($mark)')));
  });

  /** Of the script's text, from one function's name to the next function. */
  const bodyOf = (name: string): string => {
    const from = source.indexOf(`function ${name}`);
    assert.ok(from >= 0, name);
    const to = source.indexOf('\nfunction ', from + 1);
    return source.slice(from, to < 0 ? undefined : to);
  };

  it('D9: what -Undo knows of its own by the record alone is kept there until it is taken back, folders on the server too', () => {
    const kept = /^\$state = @\{([^}]*)\}/m.exec(source)![1]!;
    const names = [...kept.matchAll(/(\w+) = (?:\$false|''|@\(\))/g)].map(([, name]) => name!);
    assert.deepEqual(names.sort(), [
      ...['FilesCopied', 'FolderAccessAdded', 'FolderCreated', 'FoldersCreated', 'LocalFolders', 'ReaderSid'],
      ...['ShareAccessAdded', 'ShareCreated'],
    ]);
    const [undo, local] = undoing.map(bodyOf) as [string, string];
    // Put down when it is made, and struck out when it is taken back, each time in the file as well.
    for (const name of names.filter((each) => each !== 'ReaderSid')) {
      const set = new RegExp(`\\$state\\.${name} = [^\\n]+\\n(?:\\s+\\$state\\.[^\\n]+\\n)*\\s+Save-State`, 'g');
      const [inUndo, everywhere] = [undo + local, source].map((text) => [...text.matchAll(set)].length) as [
        number,
        number,
      ];
      assert.ok(inUndo > 0, `${name} is not struck out`);
      assert.ok(everywhere > inUndo, `${name} is not put down`);
    }
    const removal = undo.indexOf('Remove-Item -LiteralPath $stateFile');
    const incomplete = undo.indexOf('$Text.UndoIncomplete');
    assert.ok(incomplete > 0 && removal > incomplete, 'the record goes last, and only where nothing is left');
    assert.match(undo.slice(incomplete, removal), /return/);
    // The folder behind the share goes after the share; whatever holds something stays.
    assert.ok(undo.indexOf('Remove-LocalFolders') > undo.indexOf('Remove-SmbShare'));
    assert.match(local, /-not \$holds\) \{ Remove-Item/);
    // The outermost was made first.
    assert.equal(undo.match(/Get-Reversed \$state\.FoldersCreated/g)?.length, 1);
    assert.equal(local.match(/Get-Reversed \$state\.LocalFolders/g)?.length, 1);
  });

  it('D5 D9: the link is made last, so that no computer applies it half made', () => {
    const forward = changesOf(source).filter(({ within }) => within === undefined);
    assert.deepEqual(forward.at(-1)?.what, 'New-GPLink');
    const main = source.slice(source.indexOf('Test-Packages\n$computers'));
    const order = [
      'Test-Packages',
      'Set-TargetGroup',
      'Set-SharedFolder',
      'Copy-Packages',
      'Set-Policy',
      'Set-Filter',
      'Set-StartupScript',
      'New-GPLink',
    ];
    const places = order.map((name) => main.indexOf(name));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(places.every((place) => place >= 0));
  });

  it('D5: Authenticated Users keep Read where a group gets Apply (MS16-072)', () => {
    const filter = source.slice(source.indexOf('function Set-Filter'), source.indexOf('function Set-StartupScript'));
    assert.match(filter, /-TargetName \$group -TargetType Group -PermissionLevel GpoApply/);
    assert.match(filter, /-TargetName \$all -TargetType Group -PermissionLevel GpoRead -Replace/);
  });
});
