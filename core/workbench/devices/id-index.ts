/** Of an identifier, in characters: all have the same. */
export const idLength = 16;

/**
 * Finds identifiers, which stand one after another in one text. A Map of 100,000 texts takes ten times as long to make and
 * many times the memory.
 */
export class IdIndex {
  private readonly ids: string;
  /** Open addressing: row + 1 where an identifier's place is, or the next free one behind it; 0 where nothing is. */
  private readonly places: Int32Array;

  constructor(ids: string) {
    this.ids = ids;
    const count = ids.length / idLength;
    this.places = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
    for (let row = 0; row < count; row++) {
      let place = this.hash(ids, row * idLength);
      while (this.places[place] !== 0) place = (place + 1) & (this.places.length - 1);
      this.places[place] = row + 1;
    }
  }

  /** undefined where there is none. */
  rowOf(id: string): number | undefined {
    if (this.ids === '' || id.length !== idLength) return undefined;
    let place = this.hash(id, 0);
    for (let row; (row = this.places[place]!) !== 0; place = (place + 1) & (this.places.length - 1)) {
      if (this.ids.startsWith(id, (row - 1) * idLength)) return row - 1;
    }
    return undefined;
  }

  private hash(text: string, at: number): number {
    let hash = 0;
    for (let index = 0; index < idLength; index++) hash = Math.imul(hash, 31) + text.charCodeAt(at + index);
    return (hash ^ (hash >>> 15)) & (this.places.length - 1);
  }
}
