/** What Linux and Debian call the processors that Node calls `process.arch`. */
export interface Machine {
  /** As `uname -m` says. */
  readonly uname: string;
  /** As `dpkg --print-architecture` says. */
  readonly debian: string;
}

const machines: Readonly<Record<string, Machine>> = {
  x64: { uname: 'x86_64', debian: 'amd64' },
  arm64: { uname: 'aarch64', debian: 'arm64' },
  ppc64: { uname: 'ppc64le', debian: 'ppc64el' },
  s390x: { uname: 's390x', debian: 's390x' },
};

/** @param architecture as `process.arch`; undefined where no installers are made for it */
export const machineOf = (architecture: string): Machine | undefined => machines[architecture];
