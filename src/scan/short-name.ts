/** `web-1` and `web-1.example.com` are one host, as far as lines of logs tell. */
export const shortName = (name: string): string => name.toLowerCase().split('.')[0] ?? '';
