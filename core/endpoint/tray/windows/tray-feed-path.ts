/**
 * Where the service says how it stands. Nobody but administrators can make a pipe of such a name, so that nobody else speaks for
 * the service while it does not run.
 */
export const trayFeedPath = '\\\\.\\pipe\\ProtectedPrefix\\Administrators\\LatchkeyEndpoint\\state';
