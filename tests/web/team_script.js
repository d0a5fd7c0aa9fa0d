/* A page of a visit in a small document of our own: what web/static/team.js does with a queue, without a browser.
   Run by test_team_script.py with the folder of the scripts; prints one line per check. */
const fs=require('fs'), vm=require('vm'), base=process.argv[2];
function El(tag,attrs){this.tagName=tag.toUpperCase();this.attrs=attrs||{};this.children=[];this.parentNode=null;this.listeners={};this.className=this.attrs.class||'';this.id=this.attrs.id||'';this.textContent='';this.hidden=false;
 if(['INPUT','TEXTAREA','BUTTON'].includes(this.tagName)){this.name=this.attrs.name||'';this.type=this.attrs.type||(tag==='textarea'?'textarea':tag==='button'?'submit':'text');this.value=this.defaultValue=this.attrs.value||'';this.checked=this.defaultChecked=!!this.attrs.checked;this.files=[];}}
El.prototype={getAttribute(n){return n==='id'?this.id||null:n in this.attrs?this.attrs[n]:null},setAttribute(n,v){this.attrs[n]=v},removeAttribute(n){delete this.attrs[n]},
 appendChild(c){c.parentNode=this;this.children.push(c);return c},insertBefore(c,r){c.parentNode=this;const i=this.children.indexOf(r);this.children.splice(i<0?this.children.length:i,0,c);return c},removeChild(c){this.children.splice(this.children.indexOf(c),1);c.parentNode=null},
 get firstChild(){return this.children[0]},
 addEventListener(t,f){(this.listeners[t]=this.listeners[t]||[]).push(f)},fire(t,e){e=Object.assign({type:t,preventDefault(){this.defaultPrevented=true}},e);(this.listeners[t]||[]).forEach(f=>f(e));return e},
 walk(){return this.children.reduce((a,c)=>a.concat([c],c.walk()),[])},
 querySelectorAll(sel){return this.walk().filter(e=>sel.split(',').some(s=>match(e,s.trim())))},querySelector(s){return this.querySelectorAll(s)[0]||null},
 get elements(){return this.walk().filter(e=>['INPUT','TEXTAREA','BUTTON','FIELDSET'].includes(e.tagName))},get form(){let n=this;while(n&&n.tagName!=='FORM')n=n.parentNode;return n},
 reset(){this.elements.forEach(b=>{b.value=b.defaultValue;b.checked=b.defaultChecked;b.files=[]});this.fire('reset')},scrollIntoView(){}};
function match(e,s){let m;if(s==='input[type=file]')return e.tagName==='INPUT'&&e.type==='file';if((m=s.match(/^\[name=(\w+)\]$/)))return e.name===m[1];
 if((m=s.match(/^form\[data-queue\]$/)))return e.tagName==='FORM'&&'data-queue' in e.attrs;if((m=s.match(/^\[([\w-]+)\]$/)))return m[1] in e.attrs;if((m=s.match(/^\.([\w-]+)$/)))return e.className.split(' ').includes(m[1]);if(/^[a-z]+$/.test(s))return e.tagName===s.toUpperCase();return false}
const store={};let onload=[];
function world(answer){
 const doc=new El('body');const posts=[];
 const add=(p,t,a)=>p.appendChild(new El(t,a));
 const main=add(doc,'main',{'data-team':'','data-who':'u1'});add(main,'div',{'data-visit':'v1'});
 const w={dubanStore:{all(f){f(Object.values(store).map(x=>({...x})))},put(e,k){store[e.id]={...e};k&&k(true)},drop(id){delete store[id]}},duban:{t:(s,...a)=>s.replace(/\{(\d)\}/g,(_,n)=>a[n])}};
 const listeners={};
 const document={body:doc,querySelector:s=>doc.querySelector(s),querySelectorAll:s=>doc.querySelectorAll(s),getElementById:i=>doc.walk().find(e=>e.id===i)||null,createElement:t=>new El(t),createTextNode:t=>new El('text'),addEventListener(t,f){(listeners['d'+t]=listeners['d'+t]||[]).push(f)}};
 const window={...w,addEventListener(t,f){(listeners[t]=listeners[t]||[]).push(f)}};
 class XHR{open(m,u){this.url=u;this.h={}}setRequestHeader(a,b){this.h[a]=b}send(b){posts.push({url:this.url,h:this.h,body:b.kv});const r=answer(this.url,b.kv);if(!r){this.onerror();return}this.status=r.status||200;this.responseText=JSON.stringify(r.json);this.onload()}}
 class FD{constructor(){this.kv={files:[]}}append(k,v){if(k==='files')this.kv.files.push(v);else this.kv[k]=v}}
 const timers=[];
 const ctx={window,document,navigator:{onLine:true},location:{pathname:'/x',reload(){ctx.reloaded=true}},XMLHttpRequest:XHR,FormData:FD,setTimeout:f=>timers.push(f)-1,clearTimeout:i=>{timers[i]=null},setInterval(){},console,Math,Date,JSON,Object,Array,String,Boolean};
 return {doc,main,add,posts,ctx,timers,listeners,run(){['team_form.js','team.js'].forEach(f=>{vm.runInNewContext(fs.readFileSync(base+'/'+f,'utf8'),ctx)})},leave(){const e={preventDefault(){this.asked=true}};(listeners.beforeunload||[]).forEach(f=>f(e));return !!e.asked}};
}
function problemForm(w){const d=w.add(w.main,'details');const f=w.add(d,'form',{id:'problem-new','data-queue':'problem','data-item':'',action:'/p'});w.add(f,'input',{type:'hidden',name:'item'});w.add(f,'input',{name:'title'});w.add(f,'textarea',{name:'detail'});w.add(f,'input',{type:'checkbox',name:'spot',value:'1'});w.add(f,'input',{name:'note'});w.add(f,'input',{type:'file',name:'files'});w.add(f,'div',{'data-state':''});w.add(f,'button',{});return f}
const by=(f,n)=>f.elements.find(e=>e.name===n);
function check(name,ok){console.log((ok?'ok   ':'FAIL ')+name)}
// 1 refused problem keeps its words, takes a photo, is sent again
{const w=world((u,b)=>({json:{items:[b.files.length?{state:'ok',problem:'1. x',id:'p',words:'已销号'}:{state:'refused',sentence:'立行立改须当场有佐证'}]}}));const f=problemForm(w);w.run();
 by(f,'title').value='标牌未挂';by(f,'spot').checked=true;f.fire('submit');
 check('refused problem shows its words',by(f,'title').value==='标牌未挂'&&by(f,'spot').checked);
 by(f,'files').files=[{name:'a.jpg'}];f.fire('submit');
 const last=w.posts[w.posts.length-1].body;
 check('retry sends title and the new photo',last.title==='标牌未挂'&&last.files.length===1);
 check('nothing left in the queue, form empty',Object.keys(store).length===0&&by(f,'title').value==='');
 check('who is told',w.posts[0].h['X-Duban-Who']==='u1');}
// 1b two refused one after the other
{Object.keys(store).forEach(k=>delete store[k]);let good=false;const w=world((u,b)=>({json:{items:[good?{state:'ok',problem:'1',id:b.title,words:''}:{state:'refused',sentence:'s'}]}}));const f=problemForm(w);w.run();
 by(f,'title').value='甲';f.fire('submit');
 check('a refused problem is shown',by(f,'title').value==='甲');
 good=true;by(f,'title').value='甲2';const box=f.querySelector('.conflict-box');box.children.find(c=>c.textContent==='改好后重试').fire('click');
 check('edited one sent',w.posts[w.posts.length-1].body.title==='甲2'&&Object.keys(store).length===0);}
// 1c refused while another is being typed: the typing stays, the refused one comes after it
{Object.keys(store).forEach(k=>delete store[k]);let later=[];const w=world(()=>null);const f=problemForm(w);w.run();
 by(f,'title').value='甲';f.fire('submit');by(f,'title').value='正在写';
 let mode=0;w.ctx.XMLHttpRequest.prototype.send=function(b){w.posts.push({body:b.kv});this.status=200;this.responseText=JSON.stringify({items:[b.kv.title==='甲'?{state:'refused',sentence:'s'}:{state:'ok',problem:'2',id:'z',words:''}]});this.onload()};
 (w.listeners.online||[]).forEach(x=>x());
 check('typing is not overwritten',by(f,'title').value==='正在写');
 f.fire('submit');
 check('then the refused one is shown',by(f,'title').value==='甲'&&!!f.querySelector('.conflict-box')&&w.posts[w.posts.length-1].body.title==='正在写');}
// 2 last keystrokes are kept when the page is left
function scoreForm(w){const d=w.add(w.main,'details',{id:'item-a'});const s=w.add(d,'span',{class:'item-title'});s.textContent='学法';const f=w.add(d,'form',{'data-queue':'score','data-item':'a',action:'/s'});w.add(f,'input',{type:'hidden',name:'item',value:'a'});w.add(f,'input',{type:'hidden',name:'version',value:'0'});w.add(f,'textarea',{name:'reason'});w.add(f,'div',{'data-state':''});return f}
{Object.keys(store).forEach(k=>delete store[k]);const w=world(()=>null);const f=scoreForm(w);w.run();
 by(f,'reason').value='刚写';f.fire('input');const asked=w.leave();
 check('leaving within 700ms keeps the words and asks',asked&&Object.values(store).some(e=>e.fields.reason==='刚写'));}
// 3 refused entries without a form can be read and given up
{Object.keys(store).forEach(k=>delete store[k]);store['x']={id:'x',who:'u1',visit:'v1',kind:'score',form:'form-score-a',fields:{item:'a',reason:'会议没开'},files:[],state:'refused',sentence:'此次督察已取消',made:1,at:1};
 const w=world(()=>null);w.run();const box=w.doc.querySelector('.conflict-box');
 check('a turned back answer without a form is shown',!!box&&box.children.some(c=>/会议没开/.test(c.textContent)));
 if(box){box.children.find(c=>c.textContent==='不再上传').fire('click');}
 check('and can be given up',Object.keys(store).length===0&&!w.leave());}
{Object.keys(store).forEach(k=>delete store[k]);store['x']={id:'x',who:'u1',visit:'v1',kind:'score',url:'/s',form:'form-score-a',fields:{item:'a',reason:'会议没开'},files:[],state:'waiting',made:1,at:1};
 const w=world(()=>({status:403,json:{items:[{state:'refused',sentence:'此次督察已取消'}]}}));w.run();
 check('also when it is turned back now',!!w.doc.querySelector('.conflict-box'));}
// 4 photos one by one
{Object.keys(store).forEach(k=>delete store[k]);const w=world((u,b)=>({json:{items:[b.files[0].name==='bad'?{state:'refused',sentence:'坏'}:{state:'ok',photos:[]}]}}));const d=w.add(w.main,'details');const f=w.add(d,'form',{'data-queue':'photo','data-item':'a',action:'/ph'});w.add(f,'input',{type:'file',name:'files',id:'photo-a'});w.add(f,'button',{});w.run();
 by(f,'files').files=[{name:'1'},{name:'bad'},{name:'3'}];f.fire('submit');
 check('a bad photo holds nobody back',w.posts.length===3&&Object.values(store).length===1);}
// 5 sheet
function sheetForm(w){const f=w.add(w.main,'form',{'data-queue':'sheet','data-item':'sheet',id:'sheet-form',action:'/sh'});w.add(f,'input',{type:'hidden',name:'version',value:'1'});const h=w.add(f,'input',{type:'hidden',name:'signature',value:''});w.add(f,'textarea',{name:'sheet',id:'sheet-text',value:'未发现问题'});w.add(f,'input',{name:'name'});w.add(f,'div',{'data-state':''});return f}
{Object.keys(store).forEach(k=>delete store[k]);const ans=(u,b)=>({json:{sheet:'发现问题1个：标牌',items:[{state:'ok',problem:'1. x',id:'p',words:''}]}});let w=world(ans);let f=problemForm(w),s=sheetForm(w);w.run();
 by(s,'name').value='局长';s.fire('input');w.timers.filter(Boolean).forEach(t=>t());
 by(f,'title').value='标牌';f.fire('submit');
 check('the proposed text goes on',by(s,'sheet').value==='发现问题1个：标牌');
 w=world(ans);f=problemForm(w);s=sheetForm(w);by(s,'sheet').value=by(s,'sheet').defaultValue='新的拟稿';w.run();
 check('a draft brings back what was typed, not the old proposal',by(s,'name').value==='局长'&&by(s,'sheet').value==='新的拟稿');
 by(s,'sheet').value='手改';by(f,'title').value='另一';f.fire('submit');
 check('a text changed by hand stays',by(s,'sheet').value==='手改'&&/没有写入/.test(s.querySelector('[data-state]').textContent));}
