export interface Confirmation {
  readonly message: string;
  /** What is meant: the names of the devices, say. */
  readonly detail?: string | undefined;
  /** The words on the button that goes on. */
  readonly action: string;
  /** What it does is hard to undo. */
  readonly destructive?: boolean | undefined;
  /** What has to be typed first, and what is said of it. */
  readonly typed?: { readonly label: string; readonly text: string } | undefined;
}

/** Asks a person whether to go on. Where there is none, a program has decided already. */
export type Confirmer = (confirmation: Confirmation) => Promise<boolean>;
export const Confirmer = Symbol('Confirmer');
