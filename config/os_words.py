"""What the system says against a file, in Chinese: its own words are English wherever this runs."""

import errno

WORDS = {
    errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有权限", errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件", errno.ENOTDIR: "路径中有一段不是文件夹", errno.EROFS: "所在磁盘只读",
    errno.ENOSPC: "磁盘已满", errno.EDQUOT: "超出磁盘配额", errno.ENAMETOOLONG: "文件名过长",
}


def why_not(error: OSError) -> str:
    """Why a file could not be opened or written; what has no words here stays as the system put it."""
    return WORDS.get(error.errno or 0) or error.strerror or str(error)
