import { LatchkeyError } from '#protocol/errors.ts';
import { installerRequests, type Installer } from '#protocol/installers.ts';
import type { ArgumentsSchema } from '#protocol/manifest.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import { fold } from '../devices/name-order.ts';
import type { DeviceQueries } from '../devices/device-queries.ts';
import { asksForField } from '../devices/device-query.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { SessionNames } from '../sessions/session-names.ts';
import { argumentsOf, type Arguments, type EntityKind } from './arguments-schema.ts';

/** Makes identifiers of the names, and of the device queries, that people and scripts give. */
export class ArgumentResolver {
  private readonly replica: DeviceReplica;
  private readonly queries: DeviceQueries;
  private readonly connection: HubConnection;
  private readonly sessions: SessionNames;

  constructor(replica: DeviceReplica, queries: DeviceQueries, connection: HubConnection, sessions: SessionNames) {
    this.replica = replica;
    this.queries = queries;
    this.connection = connection;
    this.sessions = sessions;
  }

  /**
   * @returns the arguments, with identifiers in place of names
   * @throws LatchkeyError `device.notFound`, `device.ambiguous`, `query.invalid`, `query.noDevice`, `group.notFound`, `installer.notFound`,
   *   `session.notFound`
   */
  async resolve(schema: ArgumentsSchema | undefined, args: Arguments): Promise<Arguments> {
    const resolved = { ...args };
    for (const { name, entity, many } of argumentsOf(schema)) {
      if (!entity || resolved[name] === undefined || resolved[name] === null) continue;
      const values = many && !Array.isArray(resolved[name]) ? [resolved[name]] : resolved[name];
      resolved[name] = Array.isArray(values)
        ? [...new Set((await Promise.all(values.map((value) => this.identifiers(entity, value)))).flat())]
        : await this.identifier(entity, values);
    }
    return resolved;
  }

  async installers(): Promise<readonly Installer[]> {
    return this.connection.request(installerRequests.list, {});
  }

  /** A query stands for all devices that it finds. */
  private async identifiers(entity: EntityKind, value: unknown): Promise<readonly unknown[]> {
    if (entity === 'device' && typeof value === 'string' && this.isQuery(value)) return this.found(value);
    return [await this.identifier(entity, value)];
  }

  private identifier(entity: EntityKind, value: unknown): unknown {
    if (typeof value !== 'string') return value; // the schema says what is wrong with it
    if (entity === 'device') return this.isQuery(value) ? this.onlyFound(value) : this.device(value);
    if (entity === 'session') return this.sessions.resolve(value);
    return entity === 'group' ? this.group(value) : this.installer(value);
  }

  /** A device that calls itself what is a query has to be named by its identifier: it could catch what is meant for others. */
  private isQuery(text: string): boolean {
    return this.replica.get(text) === undefined && asksForField(text);
  }

  private async found(query: string): Promise<readonly string[]> {
    const found = (await this.queries.runWhole(query)).map(({ id }) => id);
    if (found.length === 0) throw new LatchkeyError('query.noDevice', { query });
    return found;
  }

  private async onlyFound(query: string): Promise<string> {
    const [only, ...others] = await this.found(query);
    if (only === undefined || others.length > 0) {
      throw new LatchkeyError('query.manyDevices', { query, count: others.length + 1 });
    }
    return only;
  }

  private device(text: string): string {
    if (this.replica.get(text)) return text;
    const wanted = fold(text.trim());
    const found = new Set<string>();
    for (const { id, name, device } of this.replica.all()) {
      if (fold(name) === wanted || fold(device.hostName) === wanted) found.add(id);
    }
    const [only, other] = found;
    if (only === undefined) throw new LatchkeyError('device.notFound', { device: text });
    if (other !== undefined) throw new LatchkeyError('device.ambiguous', { name: text, count: found.size });
    return only;
  }

  private group(text: string): string {
    if (this.replica.group(text)) return text;
    const wanted = fold(text.trim());
    const groups = this.replica.groups();
    const exact = groups.find(({ name }) => name === text.trim()) ?? groups.find(({ name }) => fold(name) === wanted);
    if (!exact) throw new LatchkeyError('group.notFound', { group: text });
    return exact.id;
  }

  private async installer(text: string): Promise<string> {
    const installers = await this.installers();
    const found = installers.filter(
      ({ id, name }) => id === text || (name !== null && fold(name) === fold(text.trim())),
    );
    const [only] = found.filter(({ id }) => id === text).concat(found);
    if (!only) throw new LatchkeyError('installer.notFound', { installer: text });
    return only.id;
  }
}
