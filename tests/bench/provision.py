"""placeholder"""
def run(env, database):
    pass
