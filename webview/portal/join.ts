import '../customer/customer.css';
import './public-pages.css';
import { startTexts } from '../customer/texts.ts';
import { JoinPage } from './join-page.ts';
import { loadTexts } from './load-texts.ts';
import { keyIn, problemIn } from './session-key.ts';

// The key serves once, and nobody is to find it in the address or in the history.
const key = keyIn(location.hash);
const problem = problemIn(location.hash);
if (location.hash) history.replaceState(null, '', location.pathname);

await startTexts(loadTexts);
const page = new JoinPage();
page.key = key;
page.problem = problem;
document.body.append(page);
