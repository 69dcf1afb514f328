import './base.css';
import './panel.css';
import './snippets.css';
