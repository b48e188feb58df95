/* Scripts that run elsewhere, as texts: resolved by the build (`build/extension-host-texts.mjs`). */
declare module 'latchkey:context-bootstrap' {
  const text: string;
  export default text;
}
declare module 'latchkey:worker-bootstrap' {
  const text: string;
  export default text;
}
declare module 'latchkey:frame-bootstrap' {
  const text: string;
  export default text;
}
