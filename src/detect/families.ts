/** The profiles of families that the program holds, from packs/families.json; what they are, see `model/family.ts`. */
import pack from '../../packs/families.json' with { type: 'json' };
import type { FamilyProfile } from '../model/family.ts';

export const familyProfiles: readonly FamilyProfile[] = pack;
