/** Who contributes something: an extension, or the workbench itself. */
export interface Contributor {
  /** The extension's name; `latchkey` for the workbench. */
  readonly id: string;
  /** Gives `%key%` in the language of now, any other text as it is. Called whenever a text is shown. */
  readonly localize: (text: string) => string;
}
