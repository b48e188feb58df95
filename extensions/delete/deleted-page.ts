import type { DeletedDevice, Group, Latchkey, Page } from '../../protocol/api/index.ts';

const id = 'deleted';
/** Rows that the page shows. */
const mostRows = 1000;

type Found = Awaited<ReturnType<Latchkey['devices']['deleted']>>;

/** The page of deleted devices: how far their endpoints are, and the way to bring those back that can be. */
export class DeletedPage {
  private readonly latchkey: Latchkey;
  private search: string | undefined;
  private drawing: Promise<void> = Promise.resolve();

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async open(search: string): Promise<Found> {
    this.search = search;
    const [found, page] = await this.read(search);
    await this.latchkey.window.openPage(page);
    return found;
  }

  /** Shows what there is now, where the page is open. */
  update(): void {
    const { search } = this;
    if (search === undefined) return;
    const { window, log } = this.latchkey;
    this.drawing = this.drawing
      .then(async () => {
        const [, page] = await this.read(search);
        if (!(await window.updatePage(page)) && this.search === search) this.search = undefined;
      })
      .catch((error: Error) => log.warn(error.message));
  }

  private async read(search: string): Promise<[Found, Page]> {
    const { devices, groups, l10n } = this.latchkey;
    const found = await devices.deleted({ search, limit: mostRows });
    const problems = new Map<DeletedDevice, string>();
    for (const each of found.devices) if (each.problem) problems.set(each, await l10n.describeProblem(each.problem));
    // Only where one of them needs another group.
    const orphaned = found.devices.some(({ groupName, restorable }) => restorable && groupName === '');
    return [found, this.draw(found, problems, orphaned ? await groups.list() : [], search)];
  }

  private draw(
    { devices, total }: Found,
    problems: ReadonlyMap<DeletedDevice, string>,
    groups: readonly Group[],
    search: string,
  ): Page {
    const { t, language } = this.latchkey.l10n;
    const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    const restorable = devices.filter((each) => each.restorable && each.groupName !== '');
    const orphans = devices.filter((each) => each.restorable && each.groupName === '');
    const more = total - devices.length;
    return {
      id,
      title: t('deleted.title'),
      icon: 'trash',
      blocks: [
        { kind: 'text', text: t('deleted.intro'), tone: 'muted' },
        {
          kind: 'form',
          fields: [{ id: 'search', type: 'text', label: t('deleted.search'), value: search, maxLength: 64 }],
          submit: { title: t('deleted.find'), command: 'delete.deleted', icon: 'search' },
        },
        ...(restorable.length > 1
          ? [
              {
                kind: 'actions' as const,
                actions: [
                  {
                    title: t('restore.all', { count: restorable.length }),
                    command: 'device.restore',
                    arguments: { devices: restorable.map(({ device }) => device) },
                    icon: 'discard',
                  },
                ],
              },
            ]
          : []),
        ...(orphans.length > 0
          ? [
              {
                kind: 'form' as const,
                fields: [
                  {
                    id: 'group',
                    type: 'select' as const,
                    label: t('restore.into', { count: orphans.length }),
                    options: groups.map(({ id: value, name: label }) => ({ value, label })),
                  },
                ],
                submit: {
                  title: t('restore.title'),
                  command: 'device.restore',
                  arguments: { devices: orphans.map(({ device }) => device) },
                  icon: 'discard',
                },
              },
            ]
          : []),
        {
          kind: 'table',
          columns: ['device', 'group', 'by', 'at', 'endpoint'].map((column) => ({ title: t(`deleted.${column}`) })),
          empty: t(search === '' ? 'deleted.empty' : 'deleted.noneFound'),
          rows: devices.map((each) => ({
            cells: [
              each.name,
              each.groupName || t('deleted.groupGone'),
              each.deletedBy ?? t('deleted.customer'),
              time.format(each.deletedAt),
              problems.get(each) ?? t(`removal.${each.removal}`),
            ],
            ...(each.restorable &&
              each.groupName !== '' && {
                actions: [
                  {
                    title: t('restore.title'),
                    command: 'device.restore',
                    arguments: { devices: [each.device] },
                    icon: 'discard',
                  },
                ],
              }),
          })),
        },
        ...(more > 0
          ? [{ kind: 'text' as const, text: t('deleted.more', { count: more }), tone: 'muted' as const }]
          : []),
      ],
    };
  }
}
