/*
 * What Samba's programs print of permissions.
 */
import { controlFlags, type AccessControlEntry, type SecurityDescriptor } from './security-descriptor.ts';

const nobodyKnows = { control: controlFlags.daclPresent, owner: undefined, group: undefined };

/** `smbcacls --numeric`: `ACL:S-1-5-11:0/0x3/0x001200a9` in each line, type, flags and mask. */
export function parseNumericAcl(text: string): SecurityDescriptor {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1];
  const dacl = [...text.matchAll(/^ACL:(S-[\d-]+):(\d+)\/(0x[0-9a-f]+|\d+)\/(0x[0-9a-f]+)/gim)].map(
    ([, sid = '', type, flags, mask]): AccessControlEntry => ({
      type: Number(type),
      flags: Number(flags),
      mask: Number(mask),
      sid,
    }),
  );
  return {
    control: Number(field('CONTROL') ?? nobodyKnows.control),
    owner: field('OWNER'),
    group: field('GROUP'),
    dacl,
  };
}

/** `rpcclient -c netsharegetinfo`. A share without permissions of its own restricts nobody. */
export function parsePrintedAcl(text: string): SecurityDescriptor {
  const entries = text.split(/^\s*ACE\s*$/m).slice(1);
  if (!/^\s*DACL\s*$/m.test(text)) {
    return { ...nobodyKnows, dacl: [{ type: 0, flags: 0, mask: 0x001f01ff, sid: 'S-1-1-0' }] };
  }
  const dacl = entries.map((entry): AccessControlEntry => {
    const field = (expression: RegExp): string => expression.exec(entry)?.[1] ?? '';
    return {
      type: Number(field(/^\s*type:.*?\((\d+)\)/m)),
      flags: Number(field(/flags:\s*(0x[0-9a-f]+)/i)),
      mask: Number(field(/^\s*Permissions:\s*(0x[0-9a-f]+)/im)),
      sid: field(/^\s*SID:\s*(S-[\d-]+)/m),
    };
  });
  return { ...nobodyKnows, dacl };
}
