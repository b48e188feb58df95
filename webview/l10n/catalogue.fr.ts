import errors from '#core/base/l10n/errors.fr.json' with { type: 'json' };
import core from '#core/workbench/l10n/fr.json' with { type: 'json' };
import workbench from './fr.json' with { type: 'json' };
import dashboard from './dashboard.fr.json' with { type: 'json' };
import deviceTable from './device-table.fr.json' with { type: 'json' };
import identity from './identity.fr.json' with { type: 'json' };
import pages from './pages.fr.json' with { type: 'json' };
import sessions from './sessions.fr.json' with { type: 'json' };

/** All that the page says in this language. */
export default { ...errors, ...core, ...workbench, ...dashboard, ...deviceTable, ...identity, ...pages, ...sessions };
