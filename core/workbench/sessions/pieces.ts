/** How many pieces of a transfer are under way at once: enough to fill a long line, few enough to be fair to the terminal. */
export const piecesInFlight = 4;

/**
 * Does `step` for one offset after another, up to `piecesInFlight` at once, and `settle` with what each gave in order.
 *
 * @param lengthAt how many bytes the piece at an offset has
 * @throws what a step or settling throws first, in the order of the offsets; steps after it are left to end by themselves
 */
export async function inOrder<T>(
  {
    from,
    size,
    lengthAt,
  }: { readonly from: number; readonly size: number; readonly lengthAt: (offset: number) => number },
  step: (offset: number) => Promise<T>,
  settle: (offset: number, result: T) => Promise<void> | void,
): Promise<void> {
  const queue: { readonly offset: number; readonly result: Promise<T> }[] = [];
  let next = from;
  while (next < size || queue.length > 0) {
    while (next < size && queue.length < piecesInFlight) {
      const result = step(next);
      result.catch(() => {}); // awaited below, unless one before it fails
      queue.push({ offset: next, result });
      next += lengthAt(next);
    }
    const { offset, result } = queue.shift()!;
    await settle(offset, await result);
  }
}
