/** Reads the owner's `demine.yaml`. */

import { type OwnerConfig, ownerConfigSchema } from '../model/config.ts';
import { DemineError, errorText } from '../model/error.ts';

/**
 * @param name how the file is named to people
 * @throws DemineError `config-invalid` with the key that is wrong
 */
export function parseConfig(text: string, name: string): OwnerConfig {
  let raw: unknown;
  try {
    raw = Bun.YAML.parse(text);
  } catch (cause) {
    throw new DemineError('config-invalid', errorText(cause), { subject: name, cause });
  }
  const parsed = ownerConfigSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const where = first === undefined || first.path.length === 0 ? '' : `${first.path.join('.')}: `;
  throw new DemineError('config-invalid', `${where}${first?.message ?? 'not a mapping'}`, { subject: name });
}
