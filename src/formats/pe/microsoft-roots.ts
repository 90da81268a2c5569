/**
 * Roots under which Microsoft signs Windows, by their SHA-1 thumbprints (capital letters).
 *
 * Why pinned: whoever is administrator puts a root of his own into the store of the image, and names it as he likes
 * (T1553.004). What it is NOT: the program of all roots that Windows trusts; other vendors' signatures are told with
 * their signer and count for less. Source: "Required trusted root certificates", Microsoft Learn, and the pages of
 * Microsoft PKI (www.microsoft.com/pkiops/docs/repository.htm).
 */
export const microsoftRoots: ReadonlyMap<string, string> = new Map([
  ['3B1EFD3A66EA28B16697394703A72CA340A05BD5', 'Microsoft Root Certificate Authority 2010'],
  ['8F43288AD272F3103B6FB1428485EA3014C0BCFE', 'Microsoft Root Certificate Authority 2011'],
  ['CDD4EEAE6000AC7F40C3802C171E30148030C072', 'Microsoft Root Certificate Authority'],
  ['A43489159A520F0D93D032CCAF37E7FE20A8B419', 'Microsoft Root Authority'],
]);
