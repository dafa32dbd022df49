namespace DistTrain.Training;

/// <summary>
/// Something that the user can put right: a bad flag, file, checkpoint or peer. The message is one line that says
/// what, where and what to do; the command line prints it alone and exits with code 2.
/// </summary>
public class UserErrorException : Exception
{
    public UserErrorException(string message)
        : base(message)
    {
    }

    public UserErrorException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
