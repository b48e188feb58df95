import type { Latchkey, Page, WakeRelay } from '../../protocol/api/index.ts';

const pageId = 'relays';

/** From which subnets others are reached, as an administrator writes it: a line each, `SUBNET via SUBNET`. */
export class Relays {
  private readonly latchkey: Latchkey;

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async open(): Promise<WakeRelay[]> {
    const { devices, window, environment } = this.latchkey;
    const relays = await devices.wakeRelays();
    if (environment.kind === 'browser') await window.openPage(this.page(relays));
    return relays;
  }

  /** @throws Error in the reader's language that names the line that can't be understood */
  async set(text: string): Promise<WakeRelay[]> {
    const { devices, window, l10n } = this.latchkey;
    await devices.setWakeRelays(this.read(text));
    const relays = await devices.wakeRelays();
    await window.updatePage(this.page(relays));
    void window.showInformation(l10n.t('relays.saved')).catch(() => {});
    return relays;
  }

  private read(text: string): WakeRelay[] {
    return text.split(/[\n;]/).flatMap((line, index) => {
      if (line.trim() === '') return [];
      const match = /^\s*([\d.]+\/\d+)\s+via\s+([\d.]+\/\d+)\s*$/i.exec(line);
      const [, subnet, through] = match ?? [];
      if (!subnet || !through) {
        throw new Error(this.latchkey.l10n.t('relays.invalid', { line: index + 1, text: line.trim() }));
      }
      return [{ subnet, through }];
    });
  }

  private page(relays: readonly WakeRelay[]): Page {
    const { t } = this.latchkey.l10n;
    return {
      id: pageId,
      title: t('relays.title'),
      icon: 'zap',
      blocks: [
        { kind: 'text', text: t('relays.intro') },
        {
          kind: 'form',
          fields: [
            {
              type: 'text',
              id: 'relays',
              label: t('setRelays.relays.title'),
              description: t('setRelays.relays.description'),
              placeholder: '192.168.7.0/24 via 10.1.0.0/16',
              value: relays.map(({ subnet, through }) => `${subnet} via ${through}`).join('\n'),
              multiline: true,
              maxLength: 10_000,
            },
          ],
          submit: { title: t('relays.save'), command: 'wake.setRelays', primary: true },
        },
      ],
    };
  }
}
