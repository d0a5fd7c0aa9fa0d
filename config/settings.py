"""What an installation sets: where it keeps its data, where it listens, how it sends."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from config.gateway import SmsGateway
from config.secret_files import SecretFiles, place_of, secret_names

FOLDER_UNITS = Path(__file__).parent / "units"


def home_dir() -> Path:
    """The data folder: DUBAN_HOME, or `var` in the working directory."""
    return Path(os.environ.get("DUBAN_HOME", "var")).resolve()


class Settings(BaseSettings):
    """Read from DUBAN_* variables, then from duban.toml in the data folder; secrets first from `<name>_file`."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", extra="ignore")

    home: Path = Field(default_factory=home_dir, description="数据目录：数据库、佐证材料、密钥")
    database_url: str = Field("", description="数据库地址；空则用数据目录里的 SQLite")
    database_pool: int = Field(10, ge=1, le=500, description="PostgreSQL：每个进程保持几个连接，忙时最多再加同样多")
    database_recycle_seconds: int = Field(1800, ge=1, description="PostgreSQL：连接用多少秒后换新")
    database_statement_seconds: int = Field(120, ge=1, description="PostgreSQL：一条语句最多执行多少秒")
    database_lock_seconds: int = Field(10, ge=1, description="PostgreSQL：最多等候他人多少秒")
    database_pooler: bool = Field(False, description="PostgreSQL：前面是否有按事务分配连接的连接池，如 pgbouncer")
    office: str = Field("", description="有多个办公室时，命令行为哪一个办理（简码）；也可写 duban --office 简码 …")
    host: str = Field("127.0.0.1", description="网页监听地址")
    port: int = Field(8000, description="网页端口")
    prefect_port: int = Field(4200, description="Prefect 页面端口")
    base_url: str = Field("", description="写入通知链接的网址；空则用监听地址")
    mail_url: SecretStr = Field(SecretStr(""), description="发信服务器，Apprise 写法，如 mailto://host:25?from=a@b")
    send_threads: int = Field(8, ge=1, le=64, description="同时发送几条通知")
    send_lease_seconds: int = Field(120, ge=1, description="发送进程多少秒没有动静即视为中断")
    sweep_workers: int = Field(1, ge=1, le=64, description="几个流程进程分担一次巡检")
    share_lease_seconds: int = Field(20, ge=1, description="分担巡检的进程多少秒没有动静即由其他进程接手")
    wecom_corp_id: str = Field("", description="企业微信应用消息：企业编号")
    wecom_agent_id: int = Field(0, description="企业微信应用消息：应用编号")
    wecom_secret: SecretStr = Field(SecretStr(""), description="企业微信应用消息：应用的密钥")
    wecom_url: str = Field("https://qyapi.weixin.qq.com", description="企业微信接口地址；私有部署的写自己的")
    webhook_secret: SecretStr = Field(SecretStr(""), description="网络回调的签名密钥；网址 # 后另写的优先")
    sms: SmsGateway | None = Field(None, description="短信网关，写在 duban.toml 的 [sms] 一节")
    hook_hosts: str = Field("", description="通知地址可指向的本机或受保护主机，逗号分隔，可带端口")
    apprise_schemas: str = Field("", description="“其他通知服务”可用的 Apprise 种类，如 ntfys,gotifys；空则不用")
    rate_store: str = Field("database", description="限速记在哪里：database（多个进程共用）、memory 或 redis:// 地址")
    link_days: int = Field(400, description="链接最长有效天数；周期结束即失效")
    evidence_max_mb: int = Field(20, description="单个佐证材料上限（MB）")
    session_hours: int = Field(12, description="办公室登录有效小时数")
    session_idle_minutes: int = Field(120, description="办公室登录多少分钟不操作即退出")
    oidc_issuer: str = Field("", description="统一身份认证的发行者地址；空则不用")
    oidc_client_id: str = Field("", description="在统一身份认证登记的客户端编号")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="客户端密钥")
    oidc_name: str = Field("统一身份认证", description="登录按钮上的名称")
    sweep_minutes: int = Field(40, description="应有的巡检晚了多少分钟即判定为停止")
    ping_url: SecretStr = Field(SecretStr(""), description="向外报平安的网址（healthchecks 写法）；空则不报")
    metrics_token: SecretStr = Field(SecretStr(""), description="读取 /metrics 的令牌；空则只许本机直接读取")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="日志记到哪一级")
    log_folder: Path | None = Field(None, description="日志放在哪个目录；空则用数据目录里的 logs")
    log_max_mb: int = Field(20, ge=1, description="一个日志文件满多少MB即另起")
    log_keep: int = Field(5, ge=1, description="另起后保留几个旧日志文件")
    run_days: int = Field(14, ge=1, description="Prefect 的运行记录保留多少天；业务记录不受影响")
    backup_folder: Path | None = Field(None, description="备份放在哪个目录，宜在另一块磁盘；空则用数据目录里的 backups")
    backup_keep: int = Field(14, ge=1, description="备份目录里至少保留最近几份")
    backup_days: int = Field(90, ge=1, description="备份超过多少天且不在最近几份之内的即删除")
    backup_hours: int = Field(26, ge=1, description="最近一次备份早于多少小时，体检即提示")
    second_factor_required: bool = Field(False, description="办公室主任用口令登录是否必须再输动态口令")
    backup_key_file: Path | None = Field(None, description="备份加密的密钥文件；空则备份不加密")
    local_passwords: bool = Field(True, description="主任以外的人可否用本系统口令登录")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, home_dir() / "duban.toml")
        return init_settings, SecretFiles(settings_cls, toml.toml_data), env_settings, toml

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'duban.db'}"

    @property
    def site(self) -> str:
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def oidc_secret(self) -> str:
        """The secret shared with the identity provider."""
        return self.oidc_client_secret.get_secret_value()

    @property
    def secret_files(self) -> list[Path]:
        """The files that secrets are read from."""
        toml = TomlConfigSettingsSource(type(self), self.home / "duban.toml").toml_data
        return [Path(place) for name in secret_names(type(self)) if (place := place_of(name, toml))]

    @property
    def logs(self) -> Path:
        return self.log_folder or self.home / "logs"

    @property
    def backups(self) -> Path:
        return self.backup_folder or self.home / "backups"

    @property
    def evidence_dir(self) -> Path:
        return self.home / "evidence"

    @property
    def secret(self) -> bytes:
        """The installation's key for links, made once and readable by its owner only."""
        path = self.home / "secret.key"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once; tests call `settings.cache_clear()`."""
    return Settings()


@contextmanager
def temporary_home(home: Path) -> Iterator[None]:
    """Another data folder for this process while the block runs (rehearsals, tests)."""
    before = os.environ.get("DUBAN_HOME")
    os.environ["DUBAN_HOME"] = str(home)
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.pop("DUBAN_HOME")
        if before is not None:
            os.environ["DUBAN_HOME"] = before
        settings.cache_clear()
