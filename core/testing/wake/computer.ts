// `node computer.ts HUB TOKEN HOSTNAME MAC MODE`: a computer of a wake test, in the network namespace that it is started in.
// Once joined it stays (`awake`), or sleeps: then nothing of it is left but a network card that listens for its own packet, and
// has the computer come back. Says what happens as lines of JSON.
import { createSocket } from 'node:dgram';
import { believableFacts } from '#core/cli/simulation/believable-facts.ts';
import { EndpointConnection } from '#core/endpoint/connection/endpoint-connection.ts';
import { interfacesOf } from '#core/endpoint/facts/computer-facts.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { serveWake } from '#core/endpoint/wake/serve-wake.ts';
import { networkInterfaces } from 'node:os';

const [address = '', token = '', hostName = '', mac = '', mode = ''] = process.argv.slice(2);
const say = (event: string, more: object = {}): void =>
  void process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
const keys = KeyPair.generate();
const hub = { address, key: token.split('.')[3] ?? '' };

function connect(first: boolean): EndpointConnection {
  const connection = new EndpointConnection({
    hub,
    keys,
    facts: {
      read: () =>
        Promise.resolve({ ...believableFacts(hostName, 0), hostName, interfaces: interfacesOf(networkInterfaces()) }),
    },
    ...(first && { token }),
    onProblem: (problem) => say('problem', { problem }),
  });
  connection.conversation$.subscribe((rpc) => serveWake(rpc));
  connection.state$.subscribe((state) => {
    if (state.kind === 'connected') say(first ? 'joined' : 'booted', { device: state.standing.device });
    if (state.kind === 'connected' && first && mode !== 'awake') void connection.stop().then(sleep);
  });
  void connection.run();
  return connection;
}

function sleep(): void {
  const own = `ffffffffffff${mac.replaceAll(':', '').repeat(16)}`;
  let booted = false;
  for (const port of [7, 9]) {
    const card = createSocket('udp4');
    card.on('message', (packet, { address: from }) => {
      const mine = packet.toString('hex').startsWith(own);
      say('packet', { port, from, mine, bytes: packet.length });
      if (mine && !booted && mode === 'asleep') {
        booted = true;
        connect(false);
      }
    });
    card.bind(port, () => say('listening', { port }));
  }
}

connect(true);
process.stdin.on('end', () => process.exit(0)).resume();
