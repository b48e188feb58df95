import type { Latchkey, Page, QueuedAction } from '../../protocol/api/index.ts';

const id = 'queue';
/** Rows that the page shows. */
const mostRows = 2000;

/** The page of what waits for devices to come online: what, for whom, until when, and the way to cancel it. */
export class QueuePage {
  private readonly latchkey: Latchkey;
  private drawing: Promise<void> = Promise.resolve();
  private opened = false;

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async open(): Promise<{ total: number; actions: readonly QueuedAction[] }> {
    const found = await this.latchkey.devices.queued({ limit: mostRows });
    this.opened = true;
    await this.latchkey.window.openPage(this.draw(found));
    return found;
  }

  /** Shows what there is now, where the page is open. */
  update(): void {
    if (!this.opened) return;
    const { devices, window, log } = this.latchkey;
    this.drawing = this.drawing
      .then(async () => {
        this.opened = await window.updatePage(this.draw(await devices.queued({ limit: mostRows })));
      })
      .catch((error: Error) => log.warn(error.message));
  }

  private draw({ actions, total }: { readonly actions: readonly QueuedAction[]; readonly total: number }): Page {
    const { t, language } = this.latchkey.l10n;
    const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    const jobs = [...new Set(actions.filter(({ cancellable }) => cancellable).map(({ job }) => job))];
    const [only] = jobs;
    return {
      id,
      title: t('queue.title'),
      icon: 'watch',
      blocks: [
        { kind: 'text', text: t('queue.intro'), tone: 'muted' },
        ...(jobs.length === 1 && only !== undefined && total > 1
          ? [
              {
                kind: 'actions' as const,
                actions: [
                  {
                    title: t('queue.cancelAll', { count: total }),
                    command: 'device.cancelWaiting',
                    arguments: { job: only },
                    icon: 'circle-slash',
                  },
                ],
              },
            ]
          : []),
        {
          kind: 'table',
          columns: ['device', 'action', 'by', 'since', 'until'].map((column) => ({ title: t(`queue.${column}`) })),
          empty: t('queue.empty'),
          rows: actions.map(({ job, device, name, kind, technician, queuedAt, expiresAt, cancellable }) => ({
            cells: [name || device, t(`queue.${kind}`), technician.name, time.format(queuedAt), time.format(expiresAt)],
            device,
            actions: [
              {
                title: t('queue.cancel'),
                command: 'device.cancelWaiting',
                arguments: { job, devices: [device] },
                ...(!cancellable && { disabled: t('queue.notYours', { name: technician.name }) }),
              },
            ],
          })),
        },
        ...(total > actions.length
          ? [
              {
                kind: 'text' as const,
                text: t('queue.more', { count: total - actions.length }),
                tone: 'muted' as const,
              },
            ]
          : []),
      ],
    };
  }
}
