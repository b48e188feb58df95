// Stands where Windows has its taskbar, which Wine has only with a screen: takes icons by the messages of Shell_NotifyIconW
// (`struct notify_data` of Wine's shell32/systray.c), and sends what a person's click would. Run inside Wine by
// `node.exe taskbar.mjs KOFFI NOTES ORDERS`: a line of JSON in the file NOTES for each message, and a line in the file ORDERS
// for each click.
import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [koffiFile, notes, orders] = process.argv.slice(2);
const koffi = createRequire(import.meta.url)(koffiFile);
const user32 = koffi.load('user32.dll');
const kernel32 = koffi.load('kernel32.dll');
const note = (what) => appendFileSync(notes, `${JSON.stringify(what)}\n`);

const Procedure = koffi.proto('intptr_t Procedure(size_t window, uint message, size_t word, intptr_t long)');
koffi.struct('WindowClass', {
  style: 'uint',
  procedure: koffi.pointer(Procedure),
  classExtra: 'int',
  windowExtra: 'int',
  instance: 'void *',
  icon: 'void *',
  cursor: 'void *',
  background: 'void *',
  menu: 'str16',
  name: 'str16',
});
const defaultProcedure = user32.func('intptr_t DefWindowProcW(size_t, uint, size_t, intptr_t)');
const post = user32.func('int PostMessageW(size_t, uint, size_t, intptr_t)');
const actions = ['add', 'modify', 'delete', 'focus', 'version'];
const icon = { window: 0, message: 0, version: 0 };

function text(bytes, from, characters) {
  const found = bytes.toString('utf16le', from, from + characters * 2);
  return found.slice(0, found.indexOf('\0'));
}

const procedure = koffi.register((window, message, word, long) => {
  // WM_COPYDATA: COPYDATASTRUCT.
  if (message !== 0x4a) return defaultProcedure(window, message, word, long);
  const [action, size] = [koffi.decode(BigInt(long), 0, 'uint'), koffi.decode(BigInt(long), 8, 'uint')];
  const address = koffi.decode(BigInt(long), 16, 'uint64_t');
  const bytes = Buffer.from(koffi.decode(BigInt(address), koffi.array('uint8_t', size, 'Typed')));
  const flags = bytes.readUInt32LE(8);
  icon.window = bytes.readUInt32LE(0);
  if (flags & 1) icon.message = bytes.readUInt32LE(12);
  note({
    action: actions[action],
    ...(flags & 4 && { tooltip: text(bytes, 16, 128) }),
    ...(flags & 2 && { icon: bytes.subarray(944).toString('base64') }),
    ...(flags & 0x10 && { title: text(bytes, 796, 64), notice: text(bytes, 280, 256) }),
    ...(action === 4 && { version: bytes.readUInt32LE(792) }),
  });
  return 1;
}, koffi.pointer(Procedure));

const name = 'Shell_TrayWnd';
user32.func('ushort RegisterClassW(WindowClass *)')({ procedure, name });
const make = user32.func(
  'size_t CreateWindowExW(uint, str16, str16, uint, int, int, int, int, void *, void *, void *, void *)',
);
const own = make(0, name, name, 0x80000000, 0, 0, 0, 0, null, null, null, null);
note({ taskbar: Number(own), error: own ? 0 : kernel32.func('uint GetLastError()')() });
const taskbarCreated = user32.func('uint RegisterWindowMessageW(str16)')('TaskbarCreated');

const clicks = {
  // WM_CONTEXTMENU, as version 4 has it.
  menu: () => post(icon.window, icon.message, 0, 0x1007b),
  // Down to the entry, and return, where the menu is.
  keys(keys) {
    const menu = user32.func('size_t FindWindowW(str16, str16)')('#32768', null);
    const owner = Number(menu);
    note({ menu: owner !== 0 });
    for (const key of keys) post(owner, 0x100, { down: 0x28, return: 0x0d, escape: 0x1b }[key], 0);
  },
  command: ([number]) => post(icon.window, 0x111, Number(number), 0),
  // What a new taskbar sends to all; Wine's broadcast leaves out windows that nobody sees.
  restart: () => post(icon.window, taskbarCreated, 0, 0),
  signOut: () => post(icon.window, 0x16, 1, 0),
  end: () => process.exit(0),
};

const message = Buffer.alloc(48);
const peek = user32.func('int PeekMessageW(void *, void *, uint, uint, uint)');
const dispatch = user32.func('intptr_t DispatchMessageW(void *)');
let done = 0;
setInterval(() => {
  while (peek(message, null, 0, 0, 1)) dispatch(message);
  const lines = readFileSync(orders, 'utf8').split('\n').slice(0, -1);
  for (const line of lines.slice(done)) {
    done++;
    const [what, ...rest] = line.split(' ');
    clicks[what](rest);
  }
}, 20);
