/** Keys of the registry from which programs start, as commands write them. Source: knowledge on Windows §4.2. */
const places =
  /\\(?:currentversion\\(?:run(?:once)?|policies\\explorer\\run)|windows nt\\currentversion\\(?:winlogon|image file execution options|windows|silentprocessexit)|control\\(?:lsa|print\\monitors|session manager)|currentcontrolset\\services|active setup\\installed components|command processor|environment)(?:\\|["'\s]|$)/i;

export const isRunKey = (text: string): boolean => places.test(text);
