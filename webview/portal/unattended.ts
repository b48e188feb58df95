import '../customer/customer.css';
import './public-pages.css';
import { startTexts } from '../customer/texts.ts';
import { loadTexts } from './load-texts.ts';
import { problemIn } from './session-key.ts';
import { UnattendedPage } from './unattended-page.ts';

const page = new UnattendedPage();
page.problem = problemIn(location.hash);
// It is said once.
if (location.hash) history.replaceState(null, '', location.pathname);

await startTexts(loadTexts);
document.body.append(page);
