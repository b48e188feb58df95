import { deviceName } from '#protocol/devices.ts';
import type { MatchSide } from '#protocol/device-matches.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import type { KeptSide } from './match-rows.ts';
import type { Whereabouts } from './whereabouts.ts';

/** One side as it was kept, and the device that it is now. */
export interface ToShow {
  readonly kept: KeptSide;
  readonly row: DeviceRow | undefined;
}

/** Sides of questions and comparisons, as technicians are shown them. */
export class MatchSides {
  private readonly store: Store;
  private readonly whereabouts: Whereabouts;

  constructor(store: Store, whereabouts: Whereabouts) {
    this.store = store;
    this.whereabouts = whereabouts;
  }

  /** In the order in which they are given. */
  async show(sides: readonly ToShow[]): Promise<MatchSide[]> {
    const installers = await this.installers(sides);
    return sides.map((side) => this.toSide(side, installers));
  }

  private toSide(
    { kept: { facts, from, installer, lastSeenAt }, row }: ToShow,
    installers: ReadonlyMap<string, string | null>,
  ): MatchSide {
    const name = installers.get(installer ?? '');
    return {
      device: row?.id ?? null,
      name: row ? deviceName({ nickname: row.nickname, hostName: facts.hostName }) : facts.hostName,
      hostName: facts.hostName,
      group: row?.group_id ?? null,
      system: facts.system,
      serial: facts.serial ?? null,
      uuid: facts.smbiosUuid ?? null,
      macs: facts.interfaces.map(({ mac }) => mac),
      addresses: facts.interfaces.flatMap(({ addresses }) => addresses),
      from,
      lastSeenAt: row ? this.whereabouts.lastSeen(row) : lastSeenAt,
      online: row !== undefined && this.whereabouts.isHere(row.id),
      installer: installer !== null && name !== undefined ? { id: installer, name } : null,
    };
  }

  private async installers(sides: readonly ToShow[]): Promise<ReadonlyMap<string, string | null>> {
    const wanted = [...new Set(sides.map(({ kept }) => kept.installer))].filter((id) => id !== null);
    if (wanted.length === 0) return new Map();
    const rows = await this.store.read
      .selectFrom('installers')
      .select(['id', 'name'])
      .where('id', 'in', wanted)
      .execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
