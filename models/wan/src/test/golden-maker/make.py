"""Makes golden cases with the reference: diffusers 0.40 (commit 58eb52c), transformers 5.17, torch 2.13, ftfy 6.3.1, on the CPU in fp32.

    python make.py FOLDER [CASE ...]        makes cases; with diffusers' src on PYTHONPATH; needs Pillow too
    python make.py --check FOLDER           computes FOLDER's cases of toybox again; fails where the reference here gives others
    python make.py --renew FOLDER           the same after its weights were replaced: what came out is written anew

Only for making cases anew or others of their kinds; building and testing need no Python. One folder a case, as src/test/golden/README.md
says. Networks are tiny and random; what matters is that the reference's code ran. Those of toybox are the exception: they are whole
generations with the weights of models/toybox (or of the folder TOYBOX), and scripts/replace-toybox renews them. Their inputs are kept."""
import json, math, os, pathlib, shutil, sys, types, warnings
warnings.filterwarnings('ignore')
import diffusers, numpy, torch, transformers
from diffusers import AutoencoderKLWan, FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler, WanImageToVideoPipeline, WanPipeline, WanTransformer3DModel, WanVideoToVideoPipeline
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel, UMT5Config, UMT5EncoderModel

RENEW = sys.argv.pop(1) if sys.argv[1].startswith('--') else None
ROOT, ONLY, TOYBOX = pathlib.Path(sys.argv[1]), sys.argv[2:], pathlib.Path(os.environ.get('TOYBOX') or pathlib.Path(__file__).resolve().parents[4] / 'toybox')
VERSIONS = dict(diffusers=diffusers.__version__, transformers=transformers.__version__, torch=torch.__version__)
torch.set_grad_enabled(False)
for library in (diffusers, transformers): library.utils.logging.set_verbosity_error(); library.utils.logging.disable_progress_bar()


def case(make):
    """Runs the function of a case, named so, which returns in, out and what case.json says."""
    name = make.__name__.replace('_', '-')
    if RENEW or ONLY and name not in ONLY: return
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True); folder.mkdir(parents=True)
    torch.manual_seed(len(name))
    given, came, said = make(folder / 'model')
    save_file({k: v.contiguous() for k, v in given.items()}, folder / 'in.safetensors')
    save_file({k: v.contiguous() for k, v in came.items()}, folder / 'out.safetensors')
    (folder / 'case.json').write_text(json.dumps(dict(case=name, **said, **VERSIONS), indent=1, ensure_ascii=False))
    print(name, sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()), {k: list(v.shape) for k, v in came.items()},
          {k: round(float(v.float().abs().max()), 3) for k, v in came.items()})


def stored(model, folder, dtype=torch.float32, **save):
    """The model as the file holds it: rounded to its type, then computed in fp32. Biases and norms are made uneven."""
    for n, p in model.named_parameters():
        if p.ndim == 1: p.add_(torch.randn_like(p) * 0.1)
    model.to(dtype).save_pretrained(folder, **save)
    return type(model).from_pretrained(folder, torch_dtype=torch.float32).eval()


def transformer(folder, dtype=torch.float32, shard=None, **config):
    c = dict(num_attention_heads=2, attention_head_dim=24, in_channels=4, out_channels=4, text_dim=32, ffn_dim=64, num_layers=2) | config
    return stored(WanTransformer3DModel(**c), folder, dtype, **(dict(max_shard_size=shard) if shard else {}))


def vae(folder, **config):
    c = dict(base_dim=4, z_dim=4, dim_mult=[1, 2, 2, 2], num_res_blocks=1, latents_mean=[.1, -.2, .3, 0.], latents_std=[1., 2., .5, 1.5]) | config
    return stored(AutoencoderKLWan(**c), folder)


def forward(m, x, t, text, image=None):
    tokens = x.shape[3] * x.shape[4] // m.config.patch_size[1] // m.config.patch_size[2]
    spread = t.repeat_interleave(tokens, 1) if t.ndim == 2 and t.shape[1] == x.shape[2] else t
    y = m(x, spread, text, image, return_dict=False)[0]
    given = {'hidden_states': x, 'timestep_per_frame' if spread is not t else 'timestep': t, 'encoder_hidden_states': text}
    return given | ({} if image is None else {'encoder_hidden_states_image': image}), {'sample': y}, dict(note='WanTransformer3DModel')


@case
def transformer_flf2v(folder):
    m = transformer(folder, in_channels=20, image_dim=40, added_kv_proj_dim=48, pos_embed_seq_len=514)
    m.condition_embedder.image_embedder.pos_embed.copy_(torch.randn(1, 514, 40)); m.save_pretrained(folder)
    return forward(m, torch.randn(1, 20, 3, 6, 8), torch.tensor([733.]), torch.randn(1, 512, 32), torch.randn(2, 257, 40))


@case
def transformer_token_t(folder):
    m = transformer(folder, num_attention_heads=3, attention_head_dim=20, in_channels=5, out_channels=3, freq_dim=64, eps=1e-5, cross_attn_norm=False)
    return forward(m, torch.randn(2, 5, 5, 6, 14), torch.rand(2, 5 * 3 * 7) * 999, torch.randn(2, 11, 32))


@case
def transformer_bf16_shards(folder):
    m = transformer(folder, torch.bfloat16, '80KB', num_attention_heads=4, num_layers=3, in_channels=12, out_channels=12)
    return forward(m, torch.randn(2, 12, 4, 4, 6), torch.tensor([[0., 0., 512, 512], [999, 999, 999, 0.]]), torch.randn(2, 20, 32))


@case
def transformer_patch_2_2_2(folder):
    return forward(transformer(folder, patch_size=(2, 2, 2)), torch.randn(1, 4, 4, 8, 6), torch.tensor([3.]), torch.randn(1, 7, 32))


def coded(folder, frames, height, width, **config):
    m = vae(folder, **config)
    f, s = (frames - 1) // m.config.scale_factor_temporal + 1, m.config.scale_factor_spatial
    pixels, latents = torch.rand(1, 3, frames, height, width) * 2 - 1, torch.randn(1, m.config.z_dim, f, height // s, width // s)
    return dict(pixels=pixels, latents=latents), dict(latents=m.encode(pixels).latent_dist.mode(), pixels=m.decode(latents, return_dict=False)[0]), dict(note='AutoencoderKLWan')


@case
def vae_still(folder): return coded(folder, 1, 48, 32)


@case
def vae_half_time(folder):
    return coded(folder, 5, 16, 24, dim_mult=[1, 3, 2], temperal_downsample=[False, True], scale_factor_temporal=2, scale_factor_spatial=4)


@case
def vae_residual_still(folder):
    return coded(folder, 1, 32, 64, is_residual=True, patch_size=2, in_channels=12, out_channels=12, decoder_base_dim=6, scale_factor_spatial=16)


@case
def umt5_f16_shards(folder):
    c = UMT5Config(vocab_size=160, d_model=40, d_kv=12, d_ff=72, num_layers=2, num_heads=4, relative_attention_num_buckets=16, relative_attention_max_distance=40)
    m = stored(UMT5EncoderModel(c), folder, torch.float16, max_shard_size='30KB')
    lengths = [1, 17, 300]
    mask = torch.tensor([[1] * n + [0] * (300 - n) for n in lengths])
    ids = torch.randint(2, 160, (3, 300)) * mask
    return dict(input_ids=ids, attention_mask=mask), dict(last_hidden_state=m(ids, mask).last_hidden_state), dict(note='UMT5EncoderModel(input_ids, attention_mask); compare rows where mask = 1')


def picture(height, width, seed): return numpy.random.RandomState(seed).randint(0, 256, (height // 8, width // 8, 3), 'uint8').repeat(8, 0).repeat(8, 1)


def eye(folder, processor, act='gelu'):
    CLIPImageProcessor(size={'shortest_edge': 56}, crop_size={'height': 56, 'width': 56}).save_pretrained(processor)
    return stored(CLIPVisionModel(CLIPVisionConfig(hidden_size=40, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4, image_size=56, patch_size=14, hidden_act=act)), folder)


@case
def clip_picture(folder):
    m, image = eye(folder, folder, 'quick_gelu'), picture(72, 120, 3)
    pixels = CLIPImageProcessor.from_pretrained(folder)(images=Image.fromarray(image), return_tensors='pt').pixel_values
    return dict(image=torch.from_numpy(image)), dict(hidden_states=m(pixels, output_hidden_states=True).hidden_states[-2][0]), dict(note='CLIPVisionModel(CLIPImageProcessor(image)).hidden_states[-2]')


def parts(folder, scheduler, channels=4, more={}, **index):
    """A whole tiny model. Velocities are made large, so that the network counts and not the noise alone."""
    def denoiser(name):
        m = transformer(folder / name, in_channels=channels, **more); m.proj_out.weight.mul_(4); m.save_pretrained(folder / name); return m
    text = stored(UMT5EncoderModel(UMT5Config(vocab_size=612, d_model=32, d_kv=8, d_ff=48, num_layers=1, num_heads=2)), folder / 'text_encoder')
    experts = dict(transformer_2=denoiser('transformer_2')) if index.get('boundary_ratio') else {}
    return dict(tokenizer=AutoTokenizer.from_pretrained(TOYBOX / 'tokenizer'), text_encoder=text, vae=vae(folder / 'vae'), scheduler=scheduler, transformer=denoiser('transformer'), **experts, **index)


def generate(pipe, save_to, settings, noise, given=None, **call):
    if save_to: pipe.save_pretrained(save_to)
    pipe.set_progress_bar_config(disable=True)
    seen = {}
    decode = pipe.vae.decode
    def watch(z, **k): seen['z'] = z; return decode(z, **k)
    pipe.vae.decode = watch
    frames = pipe(prompt=settings['prompt'], negative_prompt=settings['negative_prompt'], num_inference_steps=settings['steps'], guidance_scale=settings['guidance'],
                  height=settings['height'], width=settings['width'], output_type='np', **call).frames[0]
    mean, std = (torch.tensor(x).view(1, -1, 1, 1, 1) for x in (pipe.vae.config.latents_mean, pipe.vae.config.latents_std))
    out = dict(latents=(seen['z'] - mean) / std, frames=torch.from_numpy((frames * 255).round().astype('uint8')))
    return dict(noise=noise, **(given or {})), out, dict(kind='generation') | settings


def settings(**s): return dict(prompt='a red ball bounces over the sea', negative_prompt='', height=32, width=48, frames=9, steps=6, guidance=3.0) | s


@case
def generation_euler_unguided(folder):
    s, noise = settings(guidance=1.0, steps=5, prompt='<b>“ﬁne”</b> &amp;amp; café Ã©'), torch.randn(1, 4, 3, 4, 6)
    return generate(WanPipeline(**parts(folder, FlowMatchEulerDiscreteScheduler(shift=3.0))), folder, s, noise, latents=noise, num_frames=9)


@case
def generation_two_experts(folder):
    p = parts(folder, UniPCMultistepScheduler(prediction_type='flow_prediction', use_flow_sigmas=True, flow_shift=5.0), boundary_ratio=0.875)
    s, noise = settings(steps=8, guidance=2.5, negative_prompt='blurry'), torch.randn(1, 4, 2, 4, 6)
    return generate(WanPipeline(**p), folder, s | dict(frames=5), noise, latents=noise, num_frames=5)


def concatenated(folder, last, **more):
    sees = dict(image_encoder=eye(folder / 'image_encoder', folder / 'image_processor'), image_processor=CLIPImageProcessor.from_pretrained(folder / 'image_processor')) if more else dict(boundary_ratio=0.9)
    p = parts(folder, UniPCMultistepScheduler(prediction_type='flow_prediction', use_flow_sigmas=True, flow_shift=5.0), 12, more, **sees)
    s, noise = settings(), torch.randn(1, 4, 3, 4, 6)
    images = [picture(32, 48, i) for i in range(2 if last else 1)]
    given = {n: torch.from_numpy(i) for n, i in zip(('image', 'last_image'), images)}
    return generate(WanImageToVideoPipeline(**p), folder, s, noise, given, latents=noise, num_frames=9, **{n: Image.fromarray(i) for n, i in zip(('image', 'last_image'), images)})


@case
def generation_concat_image(folder): return concatenated(folder, False)


@case
def generation_concat_last_image(folder): return concatenated(folder, True)


@case
def generation_clip_image(folder): return concatenated(folder, False, image_dim=40, added_kv_proj_dim=48)


@case
def generation_clip_last_image(folder): return concatenated(folder, True, image_dim=40, added_kv_proj_dim=48, pos_embed_seq_len=34)


def with_toybox(settings, noise, **given):
    """Text to video; from a picture; or SDEdit, whose pipeline draws its noise itself, so it is handed the stored one."""
    kind, call = WanPipeline, dict(latents=noise, num_frames=settings['frames'])
    if 'image' in given: kind, call = WanImageToVideoPipeline, call | dict(image=Image.fromarray(given['image'].numpy()))
    if 'video' in given: kind, call = WanVideoToVideoPipeline, dict(video=[Image.fromarray(f) for f in given['video'].numpy()], strength=settings['strength'])
    import diffusers.pipelines.wan.pipeline_wan_video2video as module
    module.randn_tensor = lambda shape, **k: noise
    return generate(kind.from_pretrained(TOYBOX, torch_dtype=torch.float32), None, settings, noise, given, **call)


@case
def generation_edit(folder):
    s, noise = settings(model='toybox', prompt='a big blue star on black', height=64, width=64, frames=9, steps=10, strength=0.7), torch.randn(1, 16, 3, 8, 8)
    return with_toybox(s, noise, video=torch.from_numpy(numpy.stack([numpy.roll(picture(64, 64, 5), 4 * i, 1) for i in range(9)])))


def renew(folder):
    """A case of toybox from its own inputs and settings; says how far that is from what stood there."""
    said = json.loads((folder / 'case.json').read_text())
    if said.get('model') != 'toybox': return 0
    stood = load_file(folder / 'out.safetensors')
    _, came, _ = with_toybox(said, **load_file(folder / 'in.safetensors'))
    far = {k: float((v.float() - stood[k].float()).abs().max()) for k, v in came.items()}
    print(folder.name, 'largest difference from what stood there:', far)
    if RENEW == '--renew':
        save_file({k: v.contiguous() for k, v in came.items()}, folder / 'out.safetensors')
        (said['made_with'] if 'made_with' in said else said).update(VERSIONS)
        (folder / 'case.json').write_text(json.dumps(said, indent=1, ensure_ascii=False))
    return far['latents']


if RENEW:
    farthest = max(renew(f.parent) for f in sorted(ROOT.glob('*/case.json')))
    if RENEW == '--check' and farthest > 1e-4: sys.exit(f'expected latents within 1e-4 of the stored ones, but they are {farthest} away: this is another reference')


def stepped(scheduler, n):
    x, v = torch.randn(1, 4, 3, 4, 4), torch.randn(n, 1, 4, 3, 4, 4)
    def make(folder):
        scheduler.set_timesteps(n); scheduler.save_pretrained(folder); y, out = x, []
        for t, w in zip(scheduler.timesteps, v): y = scheduler.step(w, t, y, return_dict=False)[0]; out.append(y)
        return dict(latents=x, velocity=v), dict(latents=torch.stack(out), sigmas=scheduler.sigmas, timesteps=scheduler.timesteps.float()), dict(note='scheduler.step with velocity[i] gives latents[i]')
    return make


def unipc(**c): return UniPCMultistepScheduler(prediction_type='flow_prediction', use_flow_sigmas=True, **c)


for name, scheduler, n in (('unipc_shift5_50', unipc(flow_shift=5.0), 50), ('unipc_shift12_50', unipc(flow_shift=12.0), 50), ('unipc_order3_10', unipc(flow_shift=5.0, solver_order=3), 10),
                           ('unipc_uncorrected_10', unipc(flow_shift=5.0, disable_corrector=[0, 3]), 10), ('unipc_terminal_10', unipc(flow_shift=5.0, shift_terminal=0.1), 10),
                           ('euler_shift5_50', FlowMatchEulerDiscreteScheduler(shift=5.0), 50)):
    make = stepped(scheduler, n); make.__name__ = name; case(make)
