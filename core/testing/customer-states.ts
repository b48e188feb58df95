import type { CustomerState } from '#protocol/customer-page.ts';

/*
 * What a customer app may be in, one of each, for tests of its page.
 */

const id = (letter: string): string => letter.repeat(16);
const start = Date.UTC(2026, 2, 9, 9, 30);

export const base: CustomerState = {
  mode: 'session',
  computer: 'FRONT-DESK-3',
  organisation: 'Acme IT Support',
  hub: 'https://help.acme.example',
  connection: 'connected',
  connectionProblem: null,
  sessions: [],
  activity: [],
  consent: null,
  ended: null,
  portal: null,
  access: null,
};
const robin = { name: 'Robin Meyer', inControl: true };
const ana = { name: 'Ana Lopes', inControl: false };
export const session: CustomerState['sessions'][number] = {
  session: id('a'),
  kind: 'attended',
  technicians: [robin],
  startedAt: start,
};
export const question: NonNullable<CustomerState['consent']> = {
  setUp: id('b'),
  technician: 'Robin Meyer',
  organisation: 'Acme IT Support',
  hub: 'https://help.acme.example',
  password: 'account',
  account: 'ACME\\claire',
  problem: null,
};
export const wrongPassword = { code: 'consent.passwordWrong', args: { account: 'ACME\\claire' } };
const during: CustomerState = { ...base, sessions: [session] };
const setUp: NonNullable<CustomerState['setUp']> = {
  setUp: id('b'),
  technician: 'Robin Meyer',
  state: 'details',
  passwordStored: false,
  problem: null,
};
export const portal: NonNullable<CustomerState['portal']> = {
  step: 'signIn',
  technician: '',
  groups: [
    { id: id('c'), name: 'Berlin' },
    { id: id('d'), name: 'Köln' },
  ],
  codeRequired: false,
  passwordStored: false,
  problem: null,
};
const atPortal = (change: Partial<typeof portal>): CustomerState => ({
  ...base,
  mode: 'portal',
  portal: { ...portal, technician: 'Robin Meyer', ...change },
});
export const access: NonNullable<CustomerState['access']> = {
  group: 'Berlin',
  nickname: 'Front desk',
  blocked: false,
  password: { support: 'account', stored: true, account: 'ACME\\claire' },
};
const device: CustomerState = { ...base, mode: 'device', access };
const ended = (reason: NonNullable<CustomerState['ended']>['reason'], by: string | null = null): CustomerState => ({
  ...base,
  ended: { reason, by },
});

export const customerStates: Readonly<Record<string, CustomerState>> = {
  'session: connecting': { ...base, connection: 'connecting' },
  'session: waiting': base,
  'session: one technician': during,
  'session: two technicians and what they did': {
    ...base,
    sessions: [{ ...session, technicians: [robin, ana] }],
    activity: [
      { at: start, technician: 'Robin Meyer', what: 'joined', detail: '' },
      { at: start + 1e5, technician: 'Robin Meyer', what: 'terminal', detail: '' },
      { at: start + 2e5, technician: 'Ana Lopes', what: 'joined', detail: '' },
      { at: start + 3e5, technician: 'Robin Meyer', what: 'fileSent', detail: `${'long-name-'.repeat(12)}.tar.gz` },
      { at: start + 4e5, technician: 'Robin Meyer', what: 'fileReceived', detail: 'report.pdf' },
      { at: start + 5e5, technician: 'Ana Lopes', what: 'left', detail: '' },
    ],
  },
  'session: nobody looks': { ...base, sessions: [{ ...session, technicians: [] }] },
  'session: interrupted': {
    ...during,
    connection: 'disconnected',
    connectionProblem: { code: 'hub.unreachable', args: { url: 'https://help.acme.example', reason: 'ECONNRESET' } },
  },
  'consent: with password': { ...during, consent: question },
  'consent: wrong password': { ...during, consent: { ...question, problem: wrongPassword } },
  'consent: no password here': { ...during, consent: { ...question, password: 'none' } },
  'set-up: details': { ...during, setUp },
  'set-up: installing': { ...during, setUp: { ...setUp, state: 'installing' } },
  'set-up: done, password stored': { ...during, setUp: { ...setUp, state: 'done', passwordStored: true }, access },
  'set-up: done, none stored': { ...during, setUp: { ...setUp, state: 'done' }, access },
  'set-up: declined': { ...during, setUp: { ...setUp, state: 'declined' } },
  'set-up: cancelled': {
    ...during,
    setUp: { ...setUp, state: 'cancelled', problem: { code: 'setUp.cancelledBy', args: { name: 'Robin Meyer' } } },
  },
  'set-up: failed': {
    ...during,
    setUp: { ...setUp, state: 'failed', problem: { code: 'setUp.installFailed', args: { reason: 'ENOSPC' } } },
  },
  'ended: by the technician': ended('technician', 'Robin Meyer'),
  'ended: by the customer': ended('customer'),
  'ended: blocked': { ...ended('blocked'), access },
  'ended: key expired': ended('keyExpired'),
  'ended: connection lost': ended('connectionLost'),
  'ended: permission': ended('permission'),
  'ended: device': ended('device'),
  'ended: sign-in failed': ended('signInFailed'),
  'ended: hub stopped': ended('hubStopped'),
  'ended: removed': { ...device, ...ended('removed'), mode: 'device' },
  'ended: closed': ended('closed'),
  'ended: replaced': ended('replaced'),
  'portal: elevation': atPortal({ step: 'elevation' }),
  'portal: sign-in': atPortal({ technician: '' }),
  'portal: code': atPortal({ codeRequired: true, problem: { code: 'account.codeRequired', args: {} } }),
  'portal: too many attempts': atPortal({ problem: { code: 'account.tooManyAttempts', args: { seconds: 30 } } }),
  'portal: consent': { ...atPortal({ step: 'consent' }), consent: question },
  'portal: details': atPortal({ step: 'details' }),
  'portal: no group': atPortal({ step: 'details', groups: [] }),
  'portal: installing': atPortal({ step: 'installing' }),
  'portal: done, password stored': atPortal({ step: 'done', passwordStored: true }),
  'portal: done, none stored': atPortal({ step: 'done' }),
  'portal: declined': atPortal({ step: 'declined' }),
  'portal: failed': atPortal({ step: 'failed', problem: { code: 'setUp.timedOut', args: {} } }),
  'device: ready': device,
  'device: not yet accepted': { ...device, access: null },
  'device: somebody is there': { ...device, sessions: [{ ...session, kind: 'unattended', technicians: [robin, ana] }] },
  'device: blocked': { ...device, access: { ...access, blocked: true } },
  'device: no password stored': { ...device, access: { ...access, password: { ...access.password, stored: false } } },
  'device: no password here': {
    ...device,
    access: { ...access, password: { support: 'none', stored: false, account: '' } },
  },
  'device: offline': { ...device, connection: 'disconnected' },
};
