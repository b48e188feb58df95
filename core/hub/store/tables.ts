import type { DeviceActionState } from '#protocol/device-actions.ts';
import type { MatchDecision, MatchKind, MatchReason } from '#protocol/device-matches.ts';
import type { DeviceState } from '#protocol/devices.ts';
import type { WaitingReason } from '#protocol/endpoint.ts';
import type { Platform } from '#protocol/facts.ts';
import type { RollOutStep } from '#protocol/roll-outs.ts';
import type { SessionEnd } from '#protocol/sessions.ts';
import type { SetUpMethod } from '#protocol/set-ups.ts';
import type { WakeState } from '#protocol/wake.ts';

/*
 * The rows of the store, with the types that both engines give: times are milliseconds since 1970 UTC, flags are 0 or 1,
 * JSON is text. `migrations/` makes the tables.
 */

export type Flag = 0 | 1;

export interface Tables {
  meta: { key: string; value: string };
  /** `seq` numbers the changes that replicas follow, `audit` the entries of the audit log. */
  counters: { name: 'seq' | 'audit'; value: number };
  secrets: { name: string; value: string };
  technicians: TechnicianRow;
  technician_groups: { technician_id: string; group_id: string };
  sign_ins: SignInRow;
  api_tokens: ApiTokenRow;
  device_groups: DeviceGroupRow;
  devices: DeviceRow;
  /** By what computers are recognised: SMBIOS UUIDs, serial numbers, network cards, host names; keys that a device had before. */
  device_marks: { mark: string; device_id: string };
  installers: InstallerRow;
  installer_uses: InstallerUseRow;
  /** Computers that were devices already and came back through an installer: none of them took a slot. */
  installer_returns: {
    id: string;
    installer_id: string;
    device_id: string;
    at: number;
    host_name: string;
    address: string;
  };
  device_matches: DeviceMatchRow;
  audit: AuditRow;
  audit_devices: { device_id: string; number: number };
  /** `subject_id` is a technician's or a user group's identifier, or empty where the setting is the account's. */
  permission_settings: { subject_id: string; permission: string; allowed: Flag };
  user_groups: UserGroupRow;
  user_group_members: { user_group_id: string; technician_id: string };
  two_factor: TwoFactorRow;
  /** SHA-256 of each recovery code that is left, hexadecimal. */
  recovery_codes: { technician_id: string; code_hash: string };
  /** What administrators have set for the whole account; the values are JSON. */
  account_settings: { name: string; value: string };
  sessions: SessionRow;
  set_ups: SetUpRow;
  device_jobs: DeviceJobRow;
  device_job_devices: DeviceJobDeviceRow;
  roll_outs: RollOutRow;
  device_removals: DeviceRemovalRow;
  wake_schedules: WakeScheduleRow;
  wakes: WakeRow;
  wake_devices: WakeDeviceRow;
  wake_failures: WakeFailureRow;
  fleet_samples: FleetSampleRow;
  profile_documents: { technician_id: string; document: string; text: string; version: number };
}

export interface TechnicianRow {
  id: string;
  email: string;
  name: string;
  role: 'administrator' | 'technician';
  password_hash: string;
  password_is_initial: Flag;
  disabled: Flag;
  created_at: number;
}

export interface SignInRow {
  /** SHA-256 of the cookie's secret, hexadecimal. */
  secret_hash: string;
  technician_id: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  address: string;
}

export interface UserGroupRow {
  id: string;
  name: string;
  /** The name as it is compared: no two have the same. */
  name_key: string;
  created_at: number;
}

export interface TwoFactorRow {
  technician_id: string;
  /** The sealed secret that is in force; null: two-factor sign-in is off. */
  secret: string | null;
  /** The 30-second step of the last code that was good: neither it nor an earlier one is good again. */
  last_step: number;
  /** The sealed secret that waits to be confirmed, and since when. */
  pending_secret: string | null;
  pending_at: number | null;
}

export interface ApiTokenRow {
  id: string;
  /** SHA-256 of the token, hexadecimal. */
  secret_hash: string;
  technician_id: string;
  name: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
}

export interface DeviceGroupRow {
  id: string;
  name: string;
  /** The name as it is compared: no two groups that exist have the same. */
  name_key: string;
  created_at: number;
  /** The row stays when the group is deleted, so that replicas learn of it. */
  deleted_at: number | null;
  seq: number;
}

export interface DeviceRow {
  id: string;
  group_id: string;
  nickname: string | null;
  host_name: string;
  state: DeviceState;
  platform: Platform;
  system_name: string;
  system_version: string;
  endpoint_version: string;
  joined_at: number;
  last_seen_at: number | null;
  /** Ed25519, 32 bytes as base64url. */
  public_key: string;
  installer_id: string | null;
  facts: string;
  waiting_for: WaitingReason | null;
  /** The row stays when the device is deleted: replicas learn of it, and its key is never let in again. */
  deleted_at: number | null;
  /** The change that last brought it into its group from another one: replicas that no longer see it learn of it. */
  moved_seq: number | null;
  seq: number;
  /** null where it is not known. */
  set_up_by: SetUpMethod | null;
  password_stored: Flag;
  /** The customer has blocked access; a device that waits stays `waiting`, and is blocked once it is approved. */
  access_blocked: Flag;
  /** Whose doing it is that the device is deleted; null: a technician's. */
  deleted_by: 'customer' | null;
}

/** A question about which computer is which device, open until it is decided. */
export interface DeviceMatchRow {
  id: string;
  kind: MatchKind;
  reason: MatchReason;
  /** What tells the question from others: it is not asked twice. */
  pair: string;
  /** The device that there was. */
  device_id: string;
  /** The device that came, where it is one. */
  other_id: string | null;
  /** JSON: `KeptSide`. */
  known: string;
  other: string;
  created_at: number;
  decision: MatchDecision | null;
  decided_at: number | null;
  decided_by: string | null;
}

/** A session's entry: written when it begins, at each step, and when it ends. */
export interface SessionRow {
  id: string;
  kind: 'attended' | 'unattended';
  device_id: string | null;
  computer_name: string | null;
  computer_platform: Platform | null;
  computer_system: string | null;
  technician_id: string;
  technician_name: string;
  /** JSON: everybody who ever took part, `{ id, name }`. */
  technicians: string;
  /** JSON: the features that were used. */
  used: string;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** When the hub last had it open: an entry that a killed hub left open ends then. */
  seen_at: number;
  end_reason: SessionEnd | null;
  ended_by: string | null;
  /** JSON: what it takes to go on after the hub's restart; null once it has ended. */
  live: string | null;
}

/** A set-up that goes on, or that has ended while its session goes on. */
export interface SetUpRow {
  id: string;
  /** JSON: how it stands. */
  kept: string;
  /** What has joined by it. */
  device_id: string | null;
}

/** An action on many devices. */
export interface DeviceJobRow {
  id: string;
  /** JSON. */
  action: string;
  /** The job that this one takes back. */
  undoes: string | null;
  /** The job whose failures this one tries again. */
  retries: string | null;
  technician_id: string;
  technician_name: string;
  address: string | null;
  created_at: number;
  /** null while a device of it is pending or queued. */
  finished_at: number | null;
  /** Until when devices of it may be queued; null where they may not. */
  expires_at: number | null;
  /** When the job's entry in the audit log was written: once nothing was pending, queued or not. */
  audited_at: number | null;
}

/** What became of one device of a job. */
export interface DeviceJobDeviceRow {
  job_id: string;
  device_id: string;
  position: number;
  state: DeviceActionState;
  /** JSON: an error's code and arguments. */
  problem: string | null;
  /** The value that the device has to have, where the job takes another one back. */
  expected: string | null;
  /** The value that the job changed, and the one that it sets: a group's identifier, or a nickname. */
  before: string | null;
  wanted: string | null;
  /** When it began to wait for the device; kept when it no longer does. */
  queued_at: number | null;
  /** When the device was asked for its part, where it takes one. */
  started_at: number | null;
}

/** How far the removal of a device is that was deleted, or that is to lose unattended access. */
export interface DeviceRemovalRow {
  device_id: string;
  /** The job that asked for it; null where none did: the customer left, or a waiting device was turned away. */
  job_id: string | null;
  /** Who asked for it, as they were called then. */
  technician_name: string | null;
  at: number;
  /** When the endpoint was told to go ahead: from then on there is no way back. */
  begun_at: number | null;
  done_at: number | null;
  /** JSON: why the endpoint could not remove itself. */
  problem: string | null;
}

export interface WakeScheduleRow {
  id: string;
  name: string;
  technician_id: string;
  technician_name: string;
  /** JSON: lists of identifiers. */
  devices: string;
  groups: string;
  /** JSON: a list of weekdays. */
  days: string;
  /** `07:00`. */
  time: string;
  zone: string;
  enabled: Flag;
  created_at: number;
  /** null where it is switched off. */
  next_at: number | null;
}

/** What a schedule did at one time. */
export interface WakeRow {
  id: string;
  schedule_id: string;
  technician_name: string;
  /** When it was due. */
  at: number;
  finished_at: number | null;
  state: 'running' | 'done' | 'missed' | 'failed';
  /** JSON: an error's code and arguments. */
  problem: string | null;
  awake: number;
  online: number;
  no_answer: number;
  failed: number;
}

/** What became of a device in a wake that is kept. */
export interface WakeDeviceRow {
  wake_id: string;
  position: number;
  device_id: string;
  state: WakeState;
  /** JSON. */
  sent_by: string;
  problem: string | null;
}

/** The last wake of a device, where it did not work. */
export interface WakeFailureRow {
  device_id: string;
  at: number;
  state: WakeState;
  problem: string | null;
}

/** How many devices a group had at one time; of all groups together where `group_id` is empty. */
export interface FleetSampleRow {
  group_id: string;
  at: number;
  /** JSON, see `FleetCounts`. */
  counts: string;
}

export interface InstallerRow {
  id: string;
  group_id: string;
  name: string | null;
  /** How many computers it may bring in. */
  max_uses: number;
  used: number;
  created_at: number;
  created_by_id: string;
  /** The technician's e-mail at the time. */
  created_by: string;
  expires_at: number | null;
  revoked_at: number | null;
  /** The method that it was made for. */
  set_up_by: Extract<SetUpMethod, 'endpointInstaller' | 'gpo'>;
}

/** A roll-out by group policy. */
export interface RollOutRow {
  id: string;
  group_id: string;
  /** Made once the target, the domain and the share are known. */
  installer_id: string | null;
  /** Of the group policy object. */
  name: string;
  domain: string | null;
  share: string | null;
  /** JSON. */
  target: string | null;
  /** How many computers it is for, where that is known. */
  expected: number | null;
  max_uses: number;
  link_to: string | null;
  user_settings_disabled: Flag;
  /** JSON. */
  deployment: string;
  step: RollOutStep;
  created_at: number;
  created_by_id: string;
  created_by: string;
  changed_at: number;
  downloaded_at: number | null;
  /** JSON: when, by whom and by which domain controller the hub applied it. */
  applied: string | null;
  /** JSON: what taking that back needs to know. */
  undo: string | null;
}

export interface InstallerUseRow {
  device_id: string;
  installer_id: string;
  at: number;
  host_name: string;
  address: string;
  outcome: 'joined' | 'waiting' | 'approved' | 'rejected';
}

export interface AuditRow {
  number: number;
  at: number;
  actor_kind: 'technician' | 'endpoint' | 'system';
  actor_id: string | null;
  actor_name: string;
  address: string | null;
  action: string;
  outcome: 'done' | 'refused' | 'failed';
  subject_kind: string | null;
  subject_id: string | null;
  subject_name: string | null;
  before: string | null;
  after: string | null;
}
