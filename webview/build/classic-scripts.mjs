import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';

/*
 * Makes classic scripts of the modules that esbuild has written: one for what starts the page, one for each import on demand.
 * Chromium keeps what it has compiled of either kind, but takes only classic scripts from there when a page is opened again;
 * and one file is fetched sooner than twenty. Within a script each module is a function, called at once, so that no
 * two share names.
 */

/** Before the first module: who has run, by file, and what `import()` becomes. Of its length, so that source maps hold. */
const runtime = `var lkModules = {}, lkLoading = {}, lkFolder = document.currentScript.src.replace(/[^/]*$/, '');
function lkLoad(path) {
  return (lkLoading[path] ??= new Promise((resolve, reject) => {
    var script = document.createElement('script'), name = path.slice(2);
    script.src = lkFolder + name;
    script.onload = script.onerror = () => {
      script.remove();
      if (lkModules[name]) return resolve(lkModules[name]);
      lkLoading[path] = undefined; // so that it can be tried again
      reject(new TypeError('Failed to load ' + script.src));
    };
    document.head.append(script);
  }));
}
`;
/** The statements that esbuild begins and ends a minified module with. */
const imports = /^(?:import(?:\{[^}]*\}from)?"\.\/[^"]+";)+/;
const exported = /export\{([^}]*)\};?$/;

/**
 * @param {string} folder with what esbuild has written, minified
 * @param {import('esbuild').Metafile} metafile
 * @param {readonly string[]} starts the entry points that each page loads, in the order in which it does
 */
export async function makeClassic(folder, { outputs }, starts) {
  const files = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const needs = (name, kind) =>
    files
      .get(name)
      .imports.filter((each) => each.kind === kind && !each.external)
      .map(({ path }) => basename(path));
  /** A module and what it needs, each after what it needs itself. */
  const withNeeds = (name, found = new Set()) => {
    for (const needed of needs(name, 'import-statement')) if (!found.has(needed)) withNeeds(needed, found);
    return found.add(name);
  };

  const scripts = new Map();
  const before = new Set();
  /** With what it imports on demand, which may come as soon as it has run itself. */
  const add = (name) => {
    if (scripts.has(name)) return;
    const modules = [...withNeeds(name)].filter((each) => !before.has(each));
    scripts.set(name, modules);
    if (starts.includes(name)) for (const module of modules) before.add(module);
    for (const module of modules) for (const wanted of needs(module, 'dynamic-import')) add(wanted);
  };
  for (const name of starts) add(name);

  const sources = new Map();
  for (const name of new Set([...scripts.values()].flat())) {
    sources.set(name, await readFile(join(folder, name), 'utf8'));
    sources.set(`${name}.map`, JSON.parse(await readFile(join(folder, `${name}.map`), 'utf8')));
  }
  for (const name of sources.keys()) await rm(join(folder, name));
  for (const [name, modules] of scripts) {
    let text = name === starts[0] ? runtime : '';
    const sections = [];
    for (const module of modules) {
      const { needed, body, given } = asFunction(sources.get(module));
      text += `lkModules[${JSON.stringify(module)}] ??= (function () { "use strict"; ${needed}\n`;
      sections.push({ offset: { line: text.split('\n').length - 1, column: 0 }, map: sources.get(`${module}.map`) });
      text += `${body}\n;return ${given};\n})();\n`;
    }
    new Script(text, { filename: name }); // throws where something of a module is left
    await writeFile(join(folder, name), `${text}//# sourceMappingURL=${name}.map\n`);
    await writeFile(join(folder, `${name}.map`), JSON.stringify({ version: 3, file: name, sections }));
  }
}

/**
 * What is taken away leaves its place empty, so that the source map holds. What a module exports is read once, when it has run: a
 * variable that changes afterwards cannot be exported.
 */
function asFunction(source) {
  let needed = '';
  let given = '{}';
  const body = source
    .replace(/\/\/# sourceMappingURL=.*\s*$/, '')
    .trimEnd()
    .replace(imports, (found) => {
      for (const [, names, from] of found.matchAll(/import(?:\{([^}]*)\}from)?"\.\/([^"]+)";/g)) {
        if (names) needed += `const {${renamed(names, (own, other) => [own, other])}} = lkModules["${from}"]; `;
      }
      return ' '.repeat(found.length);
    })
    .replace(exported, (found, names) => {
      given = `{${renamed(names, (own, other) => [other, own])}}`;
      return ' '.repeat(found.length);
    })
    .replace(/\bimport(?=\("\.\/[\w.-]+\.js"\))/g, 'lkLoad');
  return { needed, body, given };
}

/** `a as b,c` as properties. */
const renamed = (names, inOrder) =>
  names
    .split(',')
    .map((each) => {
      const [own, other = own] = each.trim().split(' as ');
      return inOrder(own, other).join(': ');
    })
    .join(', ');
