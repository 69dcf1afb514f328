import './base.css';
import './forms.css';
import './panel.css';
import './snippets.css';
import './outputs.css';
