/** Whether a PATH lets programs of another folder stand before those of the system. */
const systemFolder = /^\/(?:usr\/)?(?:local\/)?(?:s?bin|games)$|^\/snap\/bin$/;

/** @param value of PATH, in quotes or without; a reference to the PATH before it is no folder */
export function searchesElsewhere(value: string): boolean {
  const [first = ''] = value.replace(/^["']/, '').split(/[:\s"']/);
  return !(systemFolder.test(first) || first.startsWith('$') || first === '');
}
