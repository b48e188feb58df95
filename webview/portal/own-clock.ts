/** The end of an answer's time by this computer's clock, which may be wrong by hours. @param now when the hub answered */
export const byOwnClock = <T extends { readonly expiresAt: number; readonly now?: number | undefined }>(
  answer: T,
  own = Date.now(),
): T => (answer.now === undefined ? answer : { ...answer, expiresAt: answer.expiresAt - answer.now + own });
