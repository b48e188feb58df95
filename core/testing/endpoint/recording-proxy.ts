import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between an endpoint and its hub, and keeps every byte: as it went over the wire, and as what it means. */
export class RecordingProxy {
  /** As it went over the wire, each way of each connection by itself. */
  readonly raw: Buffer[][] = [];
  /** What the WebSocket frames hold once their mask is taken off, each way of each connection by itself. */
  readonly meant: Buffer[][] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.server = server;
  }

  /** @param port where the hub listens */
  static async start(port: number): Promise<RecordingProxy> {
    const server = createServer();
    const proxy = new RecordingProxy(server);
    server.on('connection', (client) => {
      const hub = connect(port, '127.0.0.1');
      proxy.relay(client, hub);
      proxy.relay(hub, client);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** All of it. */
  get everything(): Buffer[] {
    return [...this.raw, ...this.meant].map((parts) => Buffer.concat(parts));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private relay(from: Socket, to: Socket): void {
    const raw: Buffer[] = [];
    const meant: Buffer[] = [];
    this.raw.push(raw);
    this.meant.push(meant);
    this.sockets.add(from);
    const read = frameReader((payload) => meant.push(payload));
    from.on('data', (data: Buffer) => {
      raw.push(data);
      read(data);
      to.write(data);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.end());
  }
}

/** RFC 6455, behind the request or the answer that opens the WebSocket. */
function frameReader(onPayload: (payload: Buffer) => void): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  let opened = false;
  let isRefused = false;
  return (data) => {
    if (isRefused) return;
    rest = Buffer.concat([rest, data]);
    if (!opened) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      opened = true;
      // An answer that opens no WebSocket is all there is: its body stands among the raw bytes.
      isRefused =
        rest.subarray(0, 5).equals(Buffer.from('HTTP/')) && !/^HTTP\/1\.1 101 /.test(rest.toString('latin1', 0, 13));
      if (isRefused) return;
      rest = rest.subarray(end + 4);
    }
    for (;;) {
      if (rest.length < 2) return;
      const [first = 0, second = 0] = rest;
      // Compressed, nothing would be found in it.
      if (first & 0x70) throw new Error('The frames are compressed.');
      let length = second & 0x7f;
      let at = 2;
      if (length >= 126) {
        const bytes = length === 126 ? 2 : 8;
        if (rest.length < at + bytes) return;
        length = bytes === 2 ? rest.readUInt16BE(at) : Number(rest.readBigUInt64BE(at));
        at += bytes;
      }
      const masked = (second & 0x80) !== 0;
      const mask = masked ? rest.subarray(at, at + 4) : Buffer.alloc(4);
      if (masked) at += 4;
      if (rest.length < at + length) return;
      onPayload(Buffer.from(rest.subarray(at, at + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0))));
      rest = rest.subarray(at + length);
    }
  };
}

/** What a secret could look like: as it is, escaped, in other characters, and within longer texts in base64. */
export function appearances(secret: string): Buffer[] {
  const plain = Buffer.from(secret, 'utf8');
  const wide = Buffer.from(secret, 'utf16le');
  const found: (Buffer | string)[] = [plain, wide, Buffer.from(wide).swap16()];
  for (const bytes of [plain, wide, Buffer.from(secret, 'latin1')]) {
    found.push(bytes.toString('hex'), bytes.toString('hex').toUpperCase());
    for (let before = 0; before < 3; before++) {
      // Of what stands there, the characters that the bytes around it have no part in.
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .replaceAll('=', '');
      const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
      found.push(own, own.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  const encoded = encodeURIComponent(secret);
  const escaped = JSON.stringify(secret).slice(1, -1);
  const ascii = escaped.replaceAll(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  found.push(
    encoded,
    encoded.toLowerCase(),
    encoded.replaceAll('%20', '+'),
    new URLSearchParams({ x: secret }).toString().slice(2),
  );
  found.push(escaped, JSON.stringify(escaped).slice(1, -1), ascii, [...secret].reverse().join(''));
  return found.map((appearance) => Buffer.from(appearance as string));
}

/** Which of these texts a secret appears in, and as what. */
export function findSecret(secret: string, texts: readonly Buffer[]): string[] {
  return appearances(secret).flatMap((appearance) =>
    texts.filter((text) => text.includes(appearance)).map(() => appearance.toString('latin1')),
  );
}
