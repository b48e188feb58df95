/*
 * All texts of a Windows Installer database, each once. The format is not published; this is as msitools and Wine read it:
 * https://gitlab.gnome.org/GNOME/msitools/-/blob/master/libmsi/string.c
 */

/** Windows-1252: what is not ASCII goes by its Latin-1 number. */
export const codePage = 1252;

export class StringPool {
  private readonly numbers = new Map<string, number>();
  private readonly counts: number[] = [];

  /**
   * The text's number, which is 0 for an empty one; counts as one use of it.
   * @throws RangeError where the code page lacks one of its characters
   */
  use(text: string): number {
    if (text === '') return 0;
    let number = this.numbers.get(text);
    if (number === undefined) {
      if (!/^[\t\n\r\u0020-\u007e\u00a0-\u00ff]*$/.test(text))
        throw new RangeError(`MSI: "${text}" is not Windows-1252.`);
      if (text.length > 0xffff || this.counts.length >= 0xfffe) throw new RangeError('MSI: too much text.');
      number = this.counts.push(0);
      this.numbers.set(text, number);
    }
    this.counts[number - 1]!++;
    return number;
  }

  /** The streams `_StringPool` and `_StringData`. */
  streams(): { pool: Buffer; data: Buffer } {
    const texts = [...this.numbers.keys()];
    const pool = Buffer.alloc((texts.length + 1) * 4);
    pool.writeUInt32LE(codePage, 0);
    for (const [index, text] of texts.entries()) {
      pool.writeUInt16LE(text.length, (index + 1) * 4);
      pool.writeUInt16LE(this.counts[index]!, (index + 1) * 4 + 2);
    }
    return { pool, data: Buffer.from(texts.join(''), 'latin1') };
  }
}
