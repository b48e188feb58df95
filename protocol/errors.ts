/**
 * What sort of failure an error is. Programs tell errors apart by this: it is the JSON-RPC error code on the wire and,
 * through `exitCodeOf`, the command line's exit code.
 */
export const errorKinds = {
  invalid: -32602,
  unknownMethod: -32601,
  internal: -32603,
  cancelled: -32800,
  unauthenticated: -32001,
  refused: -32002,
  notFound: -32003,
  conflict: -32004,
  exhausted: -32005,
  unavailable: -32006,
  timeout: -32007,
} as const;
export type ErrorKind = keyof typeof errorKinds;

/**
 * Every error that Latchkey itself raises, with its kind. The texts, one for each language, stand in
 * `core/base/l10n/errors.LANGUAGE.json` under the same keys; `args` fill their places.
 */
export const errorCodes = {
  // what crosses a wire
  'rpc.invalidParams': 'invalid', // method, problem
  'rpc.invalidResult': 'internal', // method, problem
  'rpc.unknownMethod': 'unknownMethod', // method
  'rpc.malformed': 'invalid', // problem
  'rpc.tooLarge': 'invalid', // limit
  'rpc.tooMany': 'exhausted', // seconds
  'rpc.closed': 'unavailable',
  'rpc.timeout': 'timeout', // method, seconds
  'rpc.cancelled': 'cancelled',
  internal: 'internal', // reference
  // reaching and signing in to the hub
  'hub.unreachable': 'unavailable', // url, reason
  'hub.notSignedIn': 'unauthenticated', // url
  'hub.stopping': 'unavailable',
  'account.wrongPassword': 'unauthenticated',
  'account.tooManyAttempts': 'exhausted', // seconds
  'account.tokenInvalid': 'unauthenticated',
  'account.tokenRevoked': 'unauthenticated',
  'account.tokenExpired': 'unauthenticated',
  'account.disabled': 'unauthenticated',
  'account.codeRequired': 'unauthenticated',
  'account.codeWrong': 'unauthenticated',
  'account.proofNeedsTerminal': 'refused',
  'account.twoFactorMissing': 'refused',
  'account.twoFactorRequired': 'refused', // role
  'account.twoFactorNotBegun': 'conflict',
  'account.ownTwoFactor': 'refused',
  'account.notFound': 'notFound',
  'account.emailTaken': 'conflict', // email
  'account.lastAdministrator': 'conflict',
  'account.passwordTooWeak': 'invalid', // minimum
  'account.originRefused': 'refused', // origin
  'token.notFound': 'notFound',
  // permissions
  'permission.administratorOnly': 'refused', // action
  'permission.groupNotAssigned': 'refused', // group
  'permission.switchedOff': 'refused', // permission
  'userGroup.notFound': 'notFound', // userGroup
  'userGroup.nameTaken': 'conflict', // name
  // device groups
  'group.notFound': 'notFound', // group
  'group.nameTaken': 'conflict', // name
  'group.notEmpty': 'conflict', // name, devices
  'group.none': 'notFound',
  'group.several': 'invalid', // groups
  // devices
  'device.notFound': 'notFound', // device
  'deviceView.notFound': 'notFound', // view, known
  'keptAction.tooMany': 'conflict', // most
  'keptAction.notFound': 'notFound',
  'keptAction.devicesGone': 'notFound',
  'device.ambiguous': 'invalid', // name, count
  'device.notWaiting': 'conflict', // device
  'device.offline': 'unavailable', // device
  'device.changedSince': 'conflict', // device, expected, now
  'device.removalBegun': 'conflict', // device
  'device.removedAgain': 'conflict', // device, technician
  'device.groupGone': 'conflict', // device
  'device.noAnswer': 'timeout', // device, seconds
  'device.noReturn': 'timeout', // device, seconds
  // computers and the devices that they are
  'deviceMatch.notFound': 'notFound', // match
  'deviceMatch.decided': 'conflict', // technician
  'deviceMatch.deviceGone': 'conflict', // device
  'deviceMatch.sameDevice': 'invalid',
  'deviceMatch.bothOnline': 'conflict', // device, other
  // assignment rules
  'assignmentRules.changedMeanwhile': 'conflict', // technician
  'assignmentRules.subnetInvalid': 'invalid', // rule, subnet
  'assignmentRules.ouInvalid': 'invalid', // rule, ou
  'assignmentRules.noCondition': 'invalid', // rule
  'assignmentRules.duplicate': 'invalid', // rule
  'assignmentRules.groupDeleted': 'invalid', // rule
  'assignmentRules.jobFailed': 'conflict', // failed, count
  // actions on many devices
  'deviceJob.notFound': 'notFound', // job
  'deviceJob.notUndoable': 'conflict', // job
  'deviceJob.nothingFailed': 'conflict', // job
  'deviceJob.nothingToUndo': 'conflict',
  'deviceJob.nothingToRetry': 'conflict',
  'deviceJob.running': 'conflict', // job
  'deviceJob.expired': 'timeout', // device
  'deviceJob.deviceDeleted': 'conflict', // device
  // waking
  'wake.alreadyOnline': 'conflict', // device
  'wake.deviceWaiting': 'conflict', // device
  'wake.noAddress': 'unavailable', // device
  'wake.noSubnet': 'unavailable', // device
  'wake.noSender': 'unavailable', // device, subnet
  'wake.sendFailed': 'unavailable', // reason
  'wake.otherSubnet': 'refused', // subnet
  'wake.subnetInvalid': 'invalid', // subnet
  'wake.noAnswer': 'timeout', // device, seconds
  'wake.noAnswerRouted': 'timeout', // device, seconds
  'wake.scheduleNotFound': 'notFound', // schedule
  'wake.zoneUnknown': 'invalid', // zone
  'wake.nothingToWake': 'invalid',
  'wake.tooManySchedules': 'exhausted', // limit
  'wake.interrupted': 'unavailable',
  // enrolment
  'enrolment.tokenInvalid': 'refused',
  'enrolment.tokenRevoked': 'refused',
  'enrolment.deviceRemoved': 'refused', // at
  'endpoint.proofInvalid': 'unauthenticated',
  'endpoint.unknownKey': 'unauthenticated',
  'endpoint.keyInUse': 'conflict', // host
  'endpoint.keyCopied': 'conflict', // host
  'endpoint.keySuperseded': 'refused', // host
  'endpoint.hubKeyMismatch': 'refused', // url
  'endpoint.installerTampered': 'refused', // file
  'endpoint.notJoined': 'notFound', // folder
  'endpoint.alreadyJoined': 'conflict', // folder, hub
  'endpoint.removalFailed': 'unavailable', // folder, reason
  'endpoint.alreadyRunning': 'conflict', // folder, process
  'endpoint.needsRoot': 'refused',
  'endpoint.endedAtOnce': 'unavailable', // file
  'endpoint.tokenMalformed': 'invalid',
  'endpoint.dataDamaged': 'internal', // file, problem
  'endpoint.hubAddressInvalid': 'invalid', // url
  'endpoint.folderNotOwn': 'conflict', // folder, file
  'endpoint.stillRunning': 'conflict', // folder, process
  // sessions
  'session.notFound': 'notFound', // session
  'session.ended': 'conflict', // session
  'session.keyWrong': 'refused',
  'session.keyExpired': 'refused',
  'session.keyUsed': 'refused',
  'session.ticketInvalid': 'refused',
  'session.blocked': 'refused', // device
  'session.deviceBusy': 'conflict', // device, technician
  'session.deviceNotActive': 'conflict', // device, state
  'session.notInControl': 'refused', // technician
  'session.notTakingPart': 'refused',
  'session.interrupted': 'unavailable',
  'session.notSignedIn': 'refused',
  'session.accountRefused': 'refused', // account, left
  'session.ownAccountOnly': 'refused', // account
  'session.unsupported': 'unavailable', // feature, reason
  'session.notOffered': 'unavailable', // device
  'terminal.notFound': 'notFound',
  'transfer.notFound': 'notFound',
  'transfer.offset': 'conflict', // offset
  'transfer.changed': 'conflict', // file
  'file.notFound': 'notFound', // file
  'file.notAFile': 'invalid', // file
  'file.notAFolder': 'invalid', // file
  'file.notAllowed': 'refused', // file
  'file.nameInvalid': 'invalid', // file
  'file.noSpace': 'exhausted', // file
  // setting up with the customer there
  'setUp.notFound': 'notFound',
  'setUp.alreadySetUp': 'conflict', // device
  'setUp.underWay': 'conflict', // technician
  'setUp.installing': 'conflict',
  'setUp.wrongStep': 'conflict', // state
  'setUp.cancelledBy': 'cancelled', // name
  'setUp.sessionEnded': 'cancelled',
  'setUp.permissionWithdrawn': 'refused',
  'setUp.installFailed': 'internal', // reason
  'setUp.notElevated': 'refused',
  'setUp.timedOut': 'timeout',
  'portal.logoInvalid': 'invalid', // limit
  'consent.passwordWrong': 'refused', // account
  'consent.passwordUnsupported': 'unavailable',
  'customerPage.notOurs': 'refused',
  'customerPage.noBrowser': 'unavailable', // file
  'customerApp.unavailable': 'unavailable', // system
  'customerApp.notMade': 'unavailable',
  'customerApp.tampered': 'refused', // file
  'customerApp.otherStep': 'conflict',
  'customerApp.notRunning': 'unavailable', // folder
  // installers
  'installer.notFound': 'notFound', // installer
  'installer.revoked': 'conflict',
  'installer.formatUnavailable': 'unavailable', // format
  'installer.runtimeMissing': 'unavailable', // system
  'installer.endpointMissing': 'unavailable', // file
  'installer.runtimeUnreachable': 'unavailable', // url, reason, file, folder
  'installer.runtimeUntrusted': 'unavailable', // url, reason, file, folder
  'installer.runtimeDamaged': 'unavailable', // file
  'installer.signingFailed': 'unavailable', // reason
  'installer.signingTimedOut': 'unavailable', // seconds
  // roll-outs by group policy
  'rollOut.notFound': 'notFound', // rollOut
  'rollOut.incomplete': 'conflict', // name
  'rollOut.shareNotUnc': 'invalid', // share
  'rollOut.shareInvalid': 'invalid', // share, part
  'rollOut.shareTooLong': 'invalid', // limit
  'rollOut.domainInvalid': 'invalid', // domain
  'rollOut.nameInvalid': 'invalid', // limit
  'rollOut.groupInvalid': 'invalid', // group, limit
  'rollOut.linkInvalid': 'invalid', // link
  'rollOut.noComputers': 'invalid',
  'rollOut.tooManyComputers': 'invalid', // count, limit
  'rollOut.computerInvalid': 'invalid', // computer, line
  'rollOut.computerTwice': 'invalid', // computer, count
  'rollOut.tooFewSlots': 'exhausted', // needed, limit, missing, maximum
  'rollOut.limitUsed': 'conflict', // limit, used
  'rollOut.revoked': 'conflict', // name
  'rollOut.applied': 'conflict', // name, domain
  // changing a Windows domain
  'domain.notFound': 'notFound', // domain, reason
  'domain.unreachable': 'unavailable', // server, reason
  'domain.certificateUntrusted': 'refused', // server, reason, fingerprint
  'domain.certificateChanged': 'refused', // server, fingerprint
  'domain.credentialsRefused': 'refused', // account, server, reason
  'domain.passwordUnsupported': 'invalid',
  'domain.accountInvalid': 'invalid', // account
  'domain.serverInvalid': 'invalid', // server
  'domain.fingerprintInvalid': 'invalid',
  'domain.wrongDomain': 'conflict', // server, domain, actual
  'domain.noRights': 'refused', // account, where
  'domain.refused': 'conflict', // where, reason
  'domain.noSuchEntry': 'notFound', // where
  'domain.changedMeanwhile': 'conflict', // where
  'domain.fileNameInvalid': 'invalid', // file
  'domain.groupNotFound': 'notFound', // group, domain
  'domain.groupAmbiguous': 'conflict', // group
  'domain.groupNotSecurity': 'conflict', // group
  'domain.groupNameTaken': 'conflict', // group, where
  'domain.noComputers': 'conflict', // domain
  'domain.policyNameTaken': 'conflict', // name, policy
  'domain.otherDomain': 'conflict', // domain
  'domain.linksUnreadable': 'conflict', // where
  'domain.smbclientMissing': 'unavailable', // program
  'domain.shareUnreachable': 'unavailable', // where, reason
  'domain.fileRefused': 'refused', // account, where
  'domain.fileFailed': 'unavailable', // where, reason
  'domain.previewOutdated': 'conflict',
  'domain.underWay': 'conflict',
  'domain.nothingApplied': 'conflict',
  'domain.changedSince': 'conflict', // objects
  'domain.leftBehind': 'internal', // objects, reason
  'domain.interruptedBefore': 'conflict',
  'domain.computersUnknown': 'notFound', // count, domain
  'domain.otherMembers': 'conflict', // group, count
  'domain.folderNotReadable': 'refused', // where, who
  'domain.shareNotReadable': 'refused', // where, who
  'domain.permissionsUnknown': 'refused', // where, reason
  'domain.packageNotPlaced': 'refused', // where
  // profile
  'profile.conflict': 'conflict', // document
  // commands and their arguments
  'command.unknown': 'notFound', // command
  'command.disabled': 'refused', // command, reason
  'command.invalidArguments': 'invalid', // command, problem
  'command.missingArgument': 'invalid', // command, argument
  'query.invalid': 'invalid', // query, problem
  'query.noDevice': 'notFound', // query
  'query.manyDevices': 'invalid', // query, count
  // extensions
  'extension.invalidManifest': 'invalid', // extension, problem
  'extension.capabilityMissing': 'refused', // extension, capability
  'extension.notResponding': 'unavailable', // extension
  'extension.crashed': 'unavailable', // extension, reason
  'extension.failed': 'internal', // extension, message
  'extension.duplicate': 'conflict', // extension, contribution
  // the command line and this machine
  'cli.usage': 'invalid', // problem
  'data.locked': 'conflict', // folder, process
  'data.damaged': 'internal', // file, problem
  'data.tooNew': 'conflict', // file, version, supported
  'data.notWritable': 'refused', // folder, reason
  'data.unreachable': 'unavailable', // database, reason
  'data.noStore': 'notFound', // folder
  'data.keptElsewhere': 'invalid', // database
  'environment.invalid': 'invalid', // variable, value
  'environment.passwordTooShort': 'invalid', // variable, minimum
  'port.inUse': 'conflict', // host, port
  'port.unavailable': 'refused', // host, port, reason
  'listen.needsTls': 'refused', // host
  'tls.unreadable': 'invalid', // file, reason
  'file.unreadable': 'invalid', // file, reason
  'file.unwritable': 'refused', // file, reason
  'file.exists': 'conflict', // file
} as const satisfies Record<string, ErrorKind>;
export type ErrorCode = keyof typeof errorCodes;

export type ErrorArguments = Readonly<Record<string, string | number>>;

/** The JSON-RPC `error.data` of every error that Latchkey sends. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly args: ErrorArguments;
}

/**
 * An error that a person or a program may see. `message` is for logs alone: whoever shows it looks the text up by `code`
 * in the reader's language.
 */
export class LatchkeyError extends Error {
  readonly code: ErrorCode;
  readonly args: ErrorArguments;

  constructor(code: ErrorCode, args: ErrorArguments = {}, options?: ErrorOptions) {
    const details = Object.entries(args).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    super([code, ...details].join(' '), options);
    this.name = 'LatchkeyError';
    this.code = code;
    this.args = args;
  }

  get kind(): ErrorKind {
    return errorCodes[this.code];
  }

  toData(): ErrorData {
    return { code: this.code, args: this.args };
  }

  /** Rebuilds an error from what came over a wire; undefined where it is not one of ours. */
  static fromData(data: unknown): LatchkeyError | undefined {
    if (typeof data !== 'object' || data === null) return undefined;
    const { code, args } = data as Partial<ErrorData>;
    if (typeof code !== 'string' || !Object.hasOwn(errorCodes, code)) return undefined;
    const clean = Object.entries(args ?? {}).filter(([, value]) => ['string', 'number'].includes(typeof value));
    return new LatchkeyError(code, Object.fromEntries(clean));
  }
}

/** Exit codes of the command line: 0 done, 1 failed, 2 bad usage, 3 refused, 4 hub unreachable. */
export function exitCodeOf(error: unknown): 1 | 2 | 3 | 4 {
  if (!(error instanceof LatchkeyError)) return 1;
  if (error.code === 'hub.unreachable' || error.code === 'rpc.closed') return 4;
  switch (error.kind) {
    case 'invalid':
    case 'unknownMethod':
      return 2;
    case 'refused':
    case 'unauthenticated':
      return 3;
    default:
      return error.code === 'command.unknown' ? 2 : 1;
  }
}
