/** A group policy object as it is to stand in a domain: what the scripts in a roll-out's ZIP do, and what the hub does itself. */
export interface GroupPolicyPlan {
  /** The domain's DNS name: `example.com`. */
  readonly domain: string;
  /** As the group policy is shown in the console. */
  readonly name: string;
  /** Whether its user configuration settings are disabled (D6). */
  readonly userSettingsDisabled: boolean;
  readonly target: GroupPolicyTarget;
  /** Distinguished name of what the policy is linked to; null: the domain itself. */
  readonly linkTo: string | null;
  /** UNC path of the folder that holds the package: `\\server\share\folder`. */
  readonly share: string;
  /** The package's name in that folder. */
  readonly packageFile: string;
  /** Runs when a computer of the target starts, as the system. */
  readonly startupScript: { readonly fileName: string; readonly content: string; readonly parameters: string };
}

/**
 * Whose computers apply the policy. `group`: an existing domain group of computers takes the place of *Authenticated Users*
 * (D5). `computers`: a group of this name is made of them. `all`: every computer below what the policy is linked to.
 */
export type GroupPolicyTarget =
  | { readonly kind: 'all' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'computers'; readonly group: string; readonly computers: readonly string[] };
