import type { InstallerFormat } from '#protocol/installers.ts';

export interface HubOptions {
  /** Address to listen on. Another than this computer's own only with `tls` or `behindProxy`. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The data folder; made where there is none. */
  readonly data: string;
  /** Where endpoints and browsers reach the hub; made of host and port where absent. */
  readonly publicUrl?: string | undefined;
  /** `postgres://…`; SQLite in the data folder where absent. */
  readonly databaseUrl?: string | undefined;
  /** PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** A proxy in front of the hub ends TLS, and says in `X-Forwarded-For` and `X-Forwarded-Proto` who calls. */
  readonly behindProxy?: boolean | undefined;
  /** The administrator of a first start; made up with a one-time password where absent. */
  readonly admin?: { readonly email: string; readonly password: string } | undefined;
  readonly logLevel?: 'silent' | 'error' | 'warn' | 'info' | 'debug' | undefined;
  /** The folder of the built web pages. */
  readonly webRoot?: string | undefined;
  /** The folder of the built extensions, which `extensions.json` stands in too. */
  readonly extensionsRoot?: string | undefined;
  /** So many seconds after the start, what installers and customer apps carry is made ready; when it is asked for unless told. */
  readonly prepareFilesAfter?: number | undefined;
  /** A folder of Node.js runtimes as files, where installers' runtimes can't be fetched; `runtimes` in the data folder. */
  readonly runtimes?: string | undefined;
  /** PEM file of certification authorities that vouch for Windows' domain controllers, beside those of the system. */
  readonly domainAuthorities?: string | undefined;
  /** Signs installers' files before they are handed out. */
  readonly signing?: { readonly command: string; readonly formats: readonly InstallerFormat[] } | undefined;
  /** How long sessions, set-ups, wakes and device actions wait, in seconds, where it is not the usual time. */
  readonly times?:
    | {
        readonly resume?: number;
        readonly key?: number;
        readonly install?: number;
        readonly wake?: number;
        /** After the start, before a scheduled wake that was due by then is sent. */
        readonly settle?: number;
        /** In which endpoints that are online are not told yet to remove themselves. */
        readonly removalGrace?: number;
        /** In which a device has to answer, and to come back after a reset. */
        readonly answer?: number;
        readonly return?: number;
      }
    | undefined;
  /** What time it is for scheduled wakes and the fleet's history, milliseconds since 1970; the computer's clock unless told. */
  readonly now?: (() => number) | undefined;
}

/** The options' token in the container. */
export const HubOptions = Symbol('HubOptions');
