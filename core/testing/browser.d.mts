/** A Chromium for tests, as launch options. @throws Error that says which command installs one */
export function findBrowser(): { executablePath: string; args: string[] };
